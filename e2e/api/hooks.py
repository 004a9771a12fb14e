"""What schemathesis must know to get past the door: who calls, and ids of things that are there.

`API_CALLER` is `token` or `session`. Most calls are about things that exist; the rest keep what was generated.
"""

import atexit
import os
import random
import uuid
from collections import Counter

import requests
import schemathesis

from school import PASSWORD, Teacher

random = random.Random(int(os.environ.get("API_SEED", "1")))
CALLER = os.environ["API_CALLER"]


class Known(Teacher):
    """One of the teachers that the runner made, with something of each sort."""

    def __init__(self, email: str, token: str):
        self.base = os.environ["API_BASE"]
        self.email = email
        self.token = token
        self.browser = self.login()
        self.own = self.lesson()
        section = self.own["sections"][0]
        generation = self.generation()
        self.taught = self.class_of(self.own)
        self.code = self.taught["invitation"]["code"]
        # What an id in the path names, by what stands before it.
        self.kept = {
            "courses": self.course()["id"],
            "lessons": self.own["id"],
            "sections": section["id"],
            "tasks": section["tasks"][0]["id"],
            "files": self.picture()["id"],
            "generation/runs": generation["id"],
            "generation/parts": generation["parts"][0]["id"],
            "classes": self.taught["id"],
            "runs": self.taught["open_run"],
        }
        # Ids in bodies, by their field.
        self.fields = {
            "section_id": self.kept["sections"],
            "lesson_id": self.kept["lessons"],
            "course_id": self.kept["courses"],
            "student": self.guest(),
        }

    def guest(self) -> str:
        url = f"{self.base}/api/v1/invitations/{self.code}/members"
        return requests.post(url, json={"name": "Anna"}, headers={"Origin": self.base}).json()["me"]["id"]

    def fresh(self, place: str) -> str:
        """One that is not needed again: for what deletes it. The kept one, where too many were asked for."""
        make = {
            "courses": self.course,
            "lessons": self.lesson,
            "sections": lambda: self.section(self.own),
            "tasks": lambda: self.task(self.own),
        }
        try:
            return make[place]()["id"] if place in make else self.kept[place]
        except requests.HTTPError:
            return str(uuid.uuid4())


# Several, since each may ask only so often.
teachers = [Known(*one.split("=")) for one in os.environ["API_TEACHERS"].split(",")]
# They end the session that they are asked with.
ENDING = {"logout", "changePassword"}


def with_known_ids(body, fields: dict):
    if not isinstance(body, dict):
        return body
    known = {name: fields[name] if name in fields and random.random() < 0.8 else value for name, value in body.items()}
    # What stands after what isn't there is refused at once.
    if "after" in known and random.random() < 0.8:
        known["after"] = None
    return known


@schemathesis.hook
def before_call(context, case, kwargs):
    operation, teacher = case.operation, random.choice(teachers)
    place = operation.path.removeprefix("/api/v1/").split("/{")[0]
    if case.path_parameters and random.random() < 0.85:
        if "code" in case.path_parameters:
            case.path_parameters["code"] = teacher.code
        elif place in teacher.kept:
            case.path_parameters["id"] = teacher.fresh(place) if operation.method == "delete" else teacher.kept[place]
    case.body = with_known_ids(case.body, teacher.fields)
    headers = dict(case.headers or {})
    headers.update({"Origin": teacher.base, "X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.7"})
    name = operation.definition.raw.get("operationId")
    open_to_all = {} in (operation.definition.raw.get("security") or [])
    if CALLER == "token" and not open_to_all:
        headers["Authorization"] = f"Bearer {teacher.token}"
    elif CALLER == "session" and not open_to_all:
        browser = teacher.login() if name in ENDING else teacher.browser
        # In place of what was generated, a token among it.
        case.cookies = dict(browser.cookies)
        headers.pop("Authorization", None)
        if name == "changePassword" and isinstance(case.body, dict) and case.body.get("current") == PASSWORD:
            case.body["current"] = "another"
    case.headers = headers


statuses = Counter()


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1


@atexit.register
def tell():
    """Answers of one sort only would prove little."""
    print("answers:", ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items())))
    if statuses[429] * 4 > statuses.total():
        print("most were turned away for asking too often: more teachers are needed")
