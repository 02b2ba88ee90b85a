FROM python:3.11-slim AS build
WORKDIR /source
RUN python -m venv /opt/xivo-dird
COPY constraints.txt setup.py pyproject.toml README.md ./
COPY xivo_dird xivo_dird
COPY plugins plugins
RUN /opt/xivo-dird/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --system --uid 10489 --home-dir /var/lib/xivo-dird --shell /usr/sbin/nologin xivo-dird \
    && install -d -o xivo-dird -g xivo-dird -m 0750 /var/lib/xivo-dird
COPY --from=build /opt/xivo-dird /opt/xivo-dird
COPY contrib/healthcheck.py /opt/xivo-dird/
# Nobody has a token until a file in /etc/xivo-dird/conf.d names some, or an authentication server (section `auth`).
# In a container the log belongs on the standard error output, and the port must be reachable from outside.
RUN install -d /etc/xivo-dird/conf.d \
    && printf 'log_filename: null\nbus: {enabled: false}\nrest_api: {listen: "0.0.0.0"}\n' > /etc/xivo-dird/config.yml
USER xivo-dird
VOLUME /var/lib/xivo-dird
EXPOSE 9489
STOPSIGNAL SIGTERM
# Asks where the configuration says that the daemon listens, over HTTP or HTTPS.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["/opt/xivo-dird/bin/python", \
    "/opt/xivo-dird/healthcheck.py", "/etc/xivo-dird/config.yml"]
ENTRYPOINT ["/opt/xivo-dird/bin/xivo-dird"]
CMD ["-c", "/etc/xivo-dird/config.yml"]
