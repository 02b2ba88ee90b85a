"""The distribution: its packages, requirements and plugins."""

from pathlib import Path

from setuptools import find_packages, setup

TEST_REQUIREMENTS = [
    "hypothesis>=6.150,<7",
    "import-linter>=2.10,<3",
    "jsonschema_rs>=0.60,<0.61",
    "mypy>=2.4,<3",
    "openapi-spec-validator>=0.9,<0.10",
    "pytest>=9,<10",
    "pytest-timeout>=2.4,<3",
    "pytest-xdist>=3.8,<4",
    "ruff>=0.17,<0.18",
    "schemathesis>=4.30,<5",
    "setuptools>=80,<90",
    "trustme>=1.2,<2",
    "types-cachetools>=7,<8",
    "types-ldap3>=2.9.13,<3",
    "types-PyYAML>=6.0,<7",
    "types-setuptools>=80,<90",
    "types-tqdm>=4.67,<5",
]

BENCH_REQUIREMENTS = ["matplotlib>=3.11,<4", "py-spy>=0.4.3,<0.5"]

MUTANTS_REQUIREMENTS = ["mutmut>=3.8,<3.9", "pytest-cov>=7.1,<8"]

setup(
    name="xivo-dird",
    version="0.1.0",
    description="A phone directory daemon: asks every contact source at once and answers in time",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    packages=[
        *find_packages(include=["xivo_dird", "xivo_dird.*"]),
        *find_packages("plugins"),
    ],
    package_dir={package: f"plugins/{package}" for package in find_packages("plugins") if "." not in package},
    package_data={
        "xivo_dird": ["py.typed", "database/migrations/*.mako", "database/migrations/**/*.py"],
    },
    install_requires=[
        "alembic>=1.18,<2",
        "anyascii>=0.3.3,<0.4",
        "cachetools>=7,<9",
        "charset-normalizer>=3.5,<4",
        "cheroot>=11.1,<12",
        "Flask>=3.1,<4",
        "flask-cors>=6,<7",
        "Flask-RESTful>=0.3.10,<0.4",
        "filelock>=4.3,<5",
        "kombu>=5.6,<6",
        "ldap3>=2.9.1,<3",
        "more-itertools>=10.8,<12",
        "orjson>=3.11,<4",
        "phonenumbers>=9.0,<10",
        "prometheus-client>=0.26,<0.27",
        "pydantic>=2.12,<3",
        "psycopg[binary]>=3.3,<4",
        "PyYAML>=6.0.2,<7",
        "rapidfuzz>=3.14,<4",
        "SQLAlchemy>=2.1,<2.2",
        "stevedore>=5.5,<6",
        "tenacity>=9.1,<10",
        "tqdm>=4.67,<5",
        "typing-extensions>=4.12,<5",
        "urllib3>=2.6,<3",
    ],
    extras_require={"test": TEST_REQUIREMENTS, "bench": BENCH_REQUIREMENTS, "mutants": MUTANTS_REQUIREMENTS},
    entry_points={
        "console_scripts": ["xivo-dird = xivo_dird.__main__:main"],
        "xivo_dird.backends": [
            "csv = xivo_dird_backends.csv.backend:CsvBackend",
            "ldap = xivo_dird_backends.ldap.backend:LdapBackend",
            "conference = xivo_dird_backends.conference:ConferenceBackend",
            "csv_ws = xivo_dird_backends.csv_ws.backend:CsvWsBackend",
            "google = xivo_dird_backends.google:GoogleBackend",
            "office365 = xivo_dird_backends.office365:Office365Backend",
            "phonebook = xivo_dird_backends.phonebook:PhonebookBackend",
            "personal = xivo_dird_backends.personal:PersonalBackend",
            "vcard = xivo_dird_backends.vcard.backend:VcardBackend",
            "wazo = xivo_dird_backends.wazo:WazoBackend",
        ],
        "xivo_dird.authenticators": [
            "static = xivo_dird_authenticators.static.authenticator:StaticAuthenticator",
            "wazo_auth = xivo_dird_authenticators.wazo_auth.authenticator:WazoAuthAuthenticator",
        ],
        "xivo_dird.listeners": [
            "auto_create = xivo_dird_listeners.auto_create.listener:AutoCreate",
            "cleanup = xivo_dird_listeners.cleanup:UserCleanup",
            "localization = xivo_dird_listeners.localization:Localization",
        ],
        "xivo_dird.views": [
            "lookup = xivo_dird_views.lookup.view:register",
            "reverse = xivo_dird_views.reverse:register",
            "headers = xivo_dird_views.headers:register",
            "status = xivo_dird_views.status:register",
            "backend_sources = xivo_dird_views.backend_sources:register",
            "backends = xivo_dird_views.backends:register",
            "displays = xivo_dird_views.displays:register",
            "events = xivo_dird_views.events:register",
            "favorites = xivo_dird_views.favorites:register",
            "metrics = xivo_dird_views.metrics:register",
            "personal = xivo_dird_views.personal:register",
            "phonebook_source_contacts = xivo_dird_views.phonebook_source_contacts:register",
            "phonebooks = xivo_dird_views.phonebooks:register",
            "phonebooks_deprecated = xivo_dird_views.phonebooks_deprecated:register",
            "profiles = xivo_dird_views.profiles:register",
            "sources = xivo_dird_views.sources:register",
            "api = xivo_dird_views.api:register",
            "config = xivo_dird_views.config:register",
        ],
    },
)
