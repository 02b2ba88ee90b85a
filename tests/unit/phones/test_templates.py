"""Templates of documents: a block per step, with escaped values."""

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError

from xivo_dird.phones.templates import XML_PROLOG, PhoneTemplate

TWO_STEPS = """\
{% block menu %}
<Menu/>
{% endblock %}
{% block lookup %}
<List name="{{ name }}">
{% for item in items %}
<Item>{{ item }}</Item>
{% endfor %}
</List>
{% endblock %}
"""


@pytest.fixture
def new_template(tmp_path):
    def new_template(text, **arguments):
        (tmp_path / "vendor.xml").write_text(text, encoding="utf-8")
        return PhoneTemplate(tmp_path / "vendor.xml", **arguments)

    return new_template


def test_the_steps_of_a_vendor_are_the_blocks(new_template):
    assert new_template(TWO_STEPS).steps == {"menu", "lookup"}


def test_the_values_of_a_template_are_those_that_its_blocks_use(new_template):
    assert new_template(TWO_STEPS).values == {"name", "items"}


def test_a_document_begins_with_the_prolog_and_has_no_blank_lines(new_template):
    values = {"name": "n", "items": ["a", "b"]}
    document = new_template(TWO_STEPS).render("lookup", values)
    assert document == f'{XML_PROLOG}<List name="n">\n<Item>a</Item>\n<Item>b</Item>\n</List>\n'
    assert new_template(TWO_STEPS, prolog="!").render("menu", {}) == "!<Menu/>\n"


def test_values_are_escaped_and_on_one_line(new_template):
    values = {"name": "\"'&<>", "items": ["</Item>\n]]>\x00", None, 7]}
    document = new_template(TWO_STEPS).render("lookup", values)
    assert '<List name="&#34;&#39;&amp;&lt;&gt;">' in document
    assert "<Item>&lt;/Item&gt; ]]&gt;</Item>\n<Item></Item>\n<Item>7</Item>" in document


def test_a_value_is_no_template(new_template):
    document = new_template(TWO_STEPS).render("lookup", {"name": "{{ 7 * 7 }}", "items": []})
    assert 'name="{{ 7 * 7 }}"' in document


def test_a_value_that_is_missing_is_an_error(new_template):
    with pytest.raises(UndefinedError, match="name"):
        new_template(TWO_STEPS).render("lookup", {"items": []})


def test_a_block_that_is_named_after_no_step_is_an_error(new_template):
    with pytest.raises(ValueError, match=r"vendor\.xml has unknown blocks: lokup, mneu$"):
        new_template(TWO_STEPS.replace("lookup", "lokup").replace("menu", "mneu"))


def test_a_file_that_is_no_template_is_an_error(new_template):
    with pytest.raises(TemplateSyntaxError):
        new_template("{% block lookup %}")
