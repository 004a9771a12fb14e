"""The document, taken by other people's tools: the official validator and two generators of clients."""

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from school import ROOT, Teacher, kind_of, tasks_of

DOCUMENT = ROOT / "openapi.yaml"
# The generator knows only one media type for bytes; its formatter is not needed here.
CLIENT_CONFIG = """
content_type_overrides:
  image/*: application/octet-stream
  application/pdf: application/octet-stream
post_hooks: []
"""


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    said = done.stdout + done.stderr
    if done.returncode or "warning" in said.lower():
        raise SystemExit(f"{command[0]}:\n{said}")
    return said


def valid():
    document, _ = read_from_filename(str(DOCUMENT))
    validate(document)
    return document


def kinds_in(document: dict) -> set[str]:
    return {kind for one in document["components"]["schemas"]["TaskBody"]["oneOf"] for kind in one["properties"]["kind"]["enum"]}


def python_client(folder: Path, teacher: Teacher, lesson: dict):
    """openapi-python-client: every operation becomes a function, and real answers are read."""
    program = str(Path(sys.executable).parent / "openapi-python-client")
    config = folder / "config.yaml"
    config.write_text(CLIENT_CONFIG)
    run(program, "generate", "--path", str(DOCUMENT), "--meta", "none", "--config", str(config), "--fail-on-warning",
        "--output-path", str(folder / "client"))
    client = importlib.import_module("client").AuthenticatedClient(base_url=teacher.base, token=teacher.token)
    courses = importlib.import_module("client.api.courses.list_courses").sync(client=client)
    assert [course.title for course in courses] == ["Course"], courses
    lessons = importlib.import_module("client.api.lessons.list_lessons").sync(client=client)
    assert lesson["id"] in [str(one.id) for one in lessons.items], lessons
    read = importlib.import_module("client.api.lessons.get_lesson").sync(lesson["id"], client=client)
    # The client's classes lose nothing.
    bodies = [task.body.to_dict() for section in read.sections for task in section.tasks]
    assert bodies == [task["body"] for task in tasks_of([lesson])], bodies


def pydantic_models(folder: Path, lessons: list[dict]):
    """datamodel-codegen: real lessons fit its model, keys and all. A kind that stands for itself is a literal: as an enum
    it would be a class with a number, one for each template."""
    program = str(Path(sys.executable).parent / "datamodel-codegen")
    run(program, "--input", str(DOCUMENT), "--input-file-type", "openapi", "--output", str(folder / "models"),
        "--output-model-type", "pydantic_v2.BaseModel", "--disable-timestamp", "--formatters", "builtin",
        "--enum-field-as-literal", "one")
    for lesson in lessons:
        read = importlib.import_module("models").Lesson.model_validate(lesson)
        assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == lesson, read


def all_of_them(teacher: Teacher):
    document = valid()
    teacher.course()
    lessons = teacher.lessons_of_all_kinds()
    missing = kinds_in(document) - set(map(kind_of, tasks_of(lessons)))
    assert not missing, f"no task of these kinds is asked about: {missing}"
    with tempfile.TemporaryDirectory() as name:
        sys.path.insert(0, name)
        python_client(Path(name), teacher, lessons[0])
        pydantic_models(Path(name), lessons)
        sys.path.remove(name)
