"""What schemathesis must know to get past the door: who calls, and ids of things that are there.

`API_CALLER` is `token` or `session`. Most calls are about things that exist; the rest keep what was generated.
"""

import atexit
import os
import random
import uuid
from collections import Counter, defaultdict
from pathlib import Path

import requests
import schemathesis

from school import PASSWORD, TEXT, Person, Teacher, kind_of, letter, some_address, tasks_of

BASE, FOLDER, CALLER = os.environ["API_BASE"], Path(os.environ["API_FOLDER"]), os.environ["API_CALLER"]
# Reproducible, but different for each caller, so that callers don't generate the same ids.
random = random.Random(f"{CALLER} {os.environ['API_SEED']}")
# Can't succeed here: the server prints that link once, and without a language model no part of a generation fails.
NOT_EXPECTED = {"createFirstAdmin", "dismissGenerationPart", "retryGenerationPart"}


def usually(share: float = 0.8) -> bool:
    return random.random() < share


def some_id() -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


class Known(Teacher):
    """One of the teachers that the runner made, with something of each sort."""

    def __init__(self, email: str, token: str):
        Person.__init__(self, BASE)
        self.email = email
        self.token = token
        self.browser = self.login().browser
        # Latest revisions in responses, by id.
        self.revisions = {}
        self.lessons = []
        self.kept = {}
        self.prepare()
        generation = self.generation({"text": TEXT})
        taught = self.class_of(self.lessons[0])
        self.code = taught["invitation"]["code"]
        self.student = self.guest(self.code)
        gaps = next(task for task in tasks_of(self.lessons) if kind_of(task) == "gap_fill")
        self.student.answer(taught["open_run"], gaps)
        # Known ids, by the path in front of the id.
        self.kept |= {
            "courses": [self.course()["id"]],
            "files": [self.picture()["id"]],
            "generation/runs": [generation["id"]],
            "generation/parts": [part["id"] for part in generation["parts"]],
            "classes": [taught["id"]],
            "runs": [taught["open_run"]],
        }

    def prepare(self):
        """Lessons with every kind of task, anew where they are full."""
        self.lessons = self.lessons_of_all_kinds()
        self.kept |= {
            "lessons": [self.lessons[0]["id"]],
            "sections": [section["id"] for section in self.lessons[0]["sections"]],
            "tasks": [task["id"] for task in tasks_of(self.lessons)],
        }

    def spare(self, place: str) -> str:
        """One that is not needed again: for what deletes it."""
        make = {
            "courses": self.course,
            "lessons": self.lesson,
            "sections": lambda: self.section(self.lesson()),
            "tasks": lambda: self.task(self.lesson()),
            "me/tokens": lambda: self.post("/me/tokens", {"name": "spare", "scopes": ["lessons:read"]})["token"],
            "me/sessions": lambda: next(one for one in self.login().get("/me/sessions") if one["current"]),
        }
        try:
            return make[place]()["id"]
        except requests.HTTPError as error:
            if error.response.status_code != 422:
                raise
            # The limit is reached: take an existing one.
            return next(one["id"] for one in self.get(f"/{place}") if one["id"] not in self.kept.get(place, []))


class Newcomer(Teacher):
    """Somebody whose account may be spoilt."""

    def __init__(self):
        super().__init__(BASE, f"newcomer-{some_id()}")

    def link(self, page: str) -> str:
        if page == "reset-password":
            self.post("/auth/forgot-password", {"email": self.email})
        return letter(FOLDER, self.email, page)


# Several, because requests are limited per account.
teachers = [Known(*one.split("=")) for one in os.environ["API_TEACHERS"].split(",")]


def recovery(teacher: Known) -> str:
    """Of a guest who is not needed again: a person has so many sessions, then the oldest ends."""
    return teacher.guest(teacher.code).post("/me/recovery-link")["url"].split("token=")[1]


# Fields that make a body valid, by operation.
RIGHT = {
    "checkLink": lambda teacher: {"purpose": "recover_guest", "token": recovery(teacher)},
    "confirmEmail": lambda _: {"token": Newcomer().link("confirm-email")},
    "login": lambda _: {"email": Newcomer().email, "password": PASSWORD},
    "recoverGuest": lambda teacher: {"token": recovery(teacher)},
    "register": lambda _: {"email": f"{some_id()}@school.example"},
    "resetPassword": lambda _: {"token": Newcomer().link("reset-password")},
    "changePassword": lambda _: {"current": PASSWORD},
}
# Callers of operations that would end or spoil the teacher's own session.
BROWSERS = {
    "changePassword": lambda _: Newcomer(),
    "createRecoveryLink": lambda teacher: teacher.student,
    "logout": lambda teacher: teacher.login(),
}


def ids_in(content) -> list[str]:
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else []
    own = [content["id"]] if isinstance(content, dict) and "id" in content else []
    return own + [one for value in inner for one in ids_in(value)]


def aim_at_task(case, teacher: Known) -> str:
    """A task to ask about; where the body answers, one whose items are answered so, and one of these."""
    tasks = tasks_of(teacher.lessons)
    answers = case.body.get("answers") if isinstance(case.body, dict) else None
    first = answers[0] if isinstance(answers, list) and answers else None
    if isinstance(first, dict) and isinstance(first.get("answer"), dict):
        schemas = case.operation.schema.raw_schema["components"]["schemas"]
        shape = set(first["answer"])
        shape_of = lambda one: set(schemas.get(f"tasks.{kind_of(one)}.Answer", {}).get("required", []))
        tasks = [one for one in tasks if shape_of(one) == shape] or tasks
    task = random.choice(tasks)
    items = ids_in(task["body"]["content"])
    if isinstance(first, dict) and items and usually():
        case.body = {**case.body, "answers": [{**first, "item": random.choice(items)}]}
    if isinstance(case.body, dict) and "item" in case.body and items and usually():
        case.body = {**case.body, "item": random.choice(items)}
    return task["id"]


def aim(case, teacher: Known, name: str):
    """Ids in the path and what depends on them."""
    place = case.operation.path.removeprefix("/api/v1/").split("/{")[0]
    path = case.path_parameters
    if path and usually():
        if "code" in path:
            # A teacher doesn't join their own class.
            path["code"] = random.choice(teachers).code
        elif case.operation.method == "delete":
            path["id"] = teacher.spare(place)
        elif place == "tasks":
            path["id"] = aim_at_task(case, teacher)
        elif place in teacher.kept:
            path["id"] = random.choice(teacher.kept[place])
        if name == "updateLesson":
            # Any change in a lesson changes its revision, so it is read again.
            learn(teacher, name, teacher.get(f"/lessons/{path['id']}"))
    if not isinstance(case.body, dict):
        return
    known = {
        "id": some_id(),
        "section_id": teacher.kept["sections"][0],
        "lesson_id": teacher.kept["lessons"][0],
        "course_id": teacher.kept["courses"][0],
        "student": teacher.student.get("/me")["id"] if "student" in case.body else None,
        # A position after something that doesn't exist is refused at once.
        "after": None,
    }
    if path and "id" in path and path["id"] in teacher.revisions:
        known["revision"] = teacher.revisions[path["id"]]
    if name in RIGHT and usually(0.5):
        known |= RIGHT[name](teacher)
    case.body = {field: known[field] if field in known and usually() else value for field, value in case.body.items()}


# The last caller; the operations that should have succeeded by now; counts of statuses by operation.
asked, expected, answered = {}, set(), defaultdict(Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    operation, teacher = case.operation.definition.raw, random.choice(teachers)
    name = operation["operationId"]
    aim(case, teacher, name)
    ways = operation.get("security") or [{}]
    if any(way == {} or CALLER in way for way in ways) and name not in NOT_EXPECTED:
        expected.add(name)
    headers = dict(case.headers or {})
    headers.update({"Origin": BASE, "X-Forwarded-For": some_address()})
    # Our own credentials replace generated ones.
    headers.pop("Authorization", None)
    case.cookies = {}
    # Some requests are sent without any.
    if usually(0.5 if {} in ways else 0.95) and ways != [{}]:
        if CALLER == "token":
            headers["Authorization"] = f"Bearer {teacher.token}"
        else:
            person = BROWSERS[name](teacher) if name in BROWSERS else teacher
            case.cookies = dict(person.browser.cookies)
    case.headers = headers
    asked["teacher"] = teacher


@schemathesis.hook
def after_call(context, case, response):
    teacher, name = asked["teacher"], case.operation.definition.raw["operationId"]
    answered[name][response.status_code] += 1
    # Schemathesis keeps headers in lower case, each with all its values.
    if response.headers.get("content-type", [""])[0].endswith("json"):
        learn(teacher, name, response.json())


def learn(teacher: Known, name: str, answer):
    if not isinstance(answer, dict):
        return
    for one in (answer, answer.get("current")):
        if isinstance(one, dict) and "revision" in one:
            teacher.revisions[one.get("id")] = one["revision"]
    if name == "updateInvitation" and "url" in answer:
        teacher.code = answer["code"]
        if not answer["open"]:
            # Otherwise nobody could join any more.
            teacher.ask("PATCH", f"/classes/{teacher.kept['classes'][0]}/invitation", json={"open": True})
    if answer.get("code") == "limit_reached" and name in {"createSection", "createTask", "duplicateTask", "generateTask"}:
        teacher.prepare()


@atexit.register
def tell():
    """Answers of one sort only would prove little."""
    statuses = sum(answered.values(), Counter())
    print("answers:", ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items())))
    never = sorted(name for name in expected if all(status >= 400 for status in answered[name]))
    (FOLDER / "never-succeeded").write_text(", ".join(never))
