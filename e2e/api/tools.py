"""The document, taken by other people's tools: the official validator and two generators of clients."""

import importlib
import subprocess
import sys
import tempfile
from pathlib import Path

from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from school import ROOT, Teacher

DOCUMENT = ROOT / "openapi.yaml"
# It knows bytes by one name only; its formatter is not wanted here.
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


def python_client(folder: Path, teacher: Teacher):
    """openapi-python-client: every operation becomes a function, and a real answer is read."""
    program = str(Path(sys.executable).parent / "openapi-python-client")
    config = folder / "config.yaml"
    config.write_text(CLIENT_CONFIG)
    run(program, "generate", "--path", str(DOCUMENT), "--meta", "none", "--config", str(config),
        "--output-path", str(folder / "client"))
    client = importlib.import_module("client").AuthenticatedClient(base_url=teacher.base, token=teacher.token)
    courses = importlib.import_module("client.api.courses.list_courses").sync(client=client)
    assert [course.title for course in courses] == ["Course"], courses
    lessons = importlib.import_module("client.api.lessons.list_lessons").sync(client=client)
    lesson = importlib.import_module("client.api.lessons.get_lesson").sync(lessons.items[0].id, client=client)
    assert lesson.sections[0].tasks[0].body.kind == "gap_fill", lesson


def pydantic_models(folder: Path, teacher: Teacher):
    """datamodel-codegen: a real lesson fits its model, keys and all."""
    program = str(Path(sys.executable).parent / "datamodel-codegen")
    run(program, "--input", str(DOCUMENT), "--input-file-type", "openapi", "--output", str(folder / "models"),
        "--output-model-type", "pydantic_v2.BaseModel", "--disable-timestamp", "--formatters", "builtin")
    lesson = teacher.get(f"/lessons/{teacher.get('/lessons')['items'][0]['id']}")
    read = importlib.import_module("models").Lesson.model_validate(lesson)
    assert str(read.sections[0].tasks[0].title) == "Gaps", read


def all_of_them(teacher: Teacher):
    valid()
    teacher.course()
    teacher.lesson()
    with tempfile.TemporaryDirectory() as name:
        sys.path.insert(0, name)
        python_client(Path(name), teacher)
        pydantic_models(Path(name), teacher)
        sys.path.remove(name)
