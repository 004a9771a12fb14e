"""What schemathesis must know to get past the door: who calls, and ids of things that are there.

`API_CALLER` is `token` or `session`. Most calls are about things that exist; the rest keep what was generated.
"""

import os
import random
import uuid

import requests
import schemathesis

from school import PASSWORD, Teacher

random = random.Random(int(os.environ.get("API_SEED", "1")))
CALLER = os.environ["API_CALLER"]


class Known(Teacher):
    """The teacher that the runner made."""

    def __init__(self):
        self.base = os.environ["API_BASE"]
        self.email = os.environ["API_EMAIL"]
        self.token = os.environ["API_TOKEN"]
        self.browser = self.login()


teacher = Known()
lesson = teacher.lesson()
generation = teacher.generation()
course = teacher.course()
picture = teacher.picture()
taught = teacher.class_of(lesson)
student = requests.post(
    f"{teacher.base}/api/v1/invitations/{taught['invitation']['code']}/members",
    json={"name": "Anna"},
    headers={"Origin": teacher.base},
).json()["me"]

# What an id in the path names, by what stands before it; for DELETE one that is not needed again.
KEPT = {
    "courses": course["id"],
    "lessons": lesson["id"],
    "sections": lesson["sections"][0]["id"],
    "tasks": lesson["sections"][0]["tasks"][0]["id"],
    "files": picture["id"],
    "generation/runs": generation["id"],
    "generation/parts": generation["parts"][0]["id"],
    "classes": taught["id"],
    "runs": taught["open_run"],
    "me/sessions": str(uuid.uuid4()),
    "me/tokens": str(uuid.uuid4()),
}
FRESH = {
    "courses": lambda: teacher.course()["id"],
    "lessons": lambda: teacher.lesson()["id"],
    "sections": lambda: teacher.section(lesson)["id"],
    "tasks": lambda: teacher.task(lesson)["id"],
}
# Ids in bodies, by their field.
FIELDS = {
    "section_id": KEPT["sections"],
    "lesson_id": KEPT["lessons"],
    "course_id": KEPT["courses"],
    "student": student["id"],
}
# They end the session that they are asked with, or change the password.
ENDING = {"logout", "changePassword", "endOtherSessions", "endSession"}


def with_known_ids(body):
    if not isinstance(body, dict):
        return body
    known = {name: FIELDS[name] if name in FIELDS and random.random() < 0.8 else value for name, value in body.items()}
    # What stands after what isn't there is refused at once.
    if "after" in known and random.random() < 0.8:
        known["after"] = None
    return known


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation
    place = operation.path.removeprefix("/api/v1/").split("/{")[0]
    if case.path_parameters and random.random() < 0.85:
        if "code" in case.path_parameters:
            case.path_parameters["code"] = taught["invitation"]["code"]
        elif "id" in case.path_parameters and place in KEPT:
            make = FRESH.get(place) if operation.method == "delete" else None
            case.path_parameters["id"] = make() if make else KEPT[place]
    case.body = with_known_ids(case.body)
    headers = dict(case.headers or {})
    headers.update({"Origin": teacher.base, "X-Forwarded-For": f"10.{random.randrange(256)}.{random.randrange(256)}.7"})
    name = operation.definition.raw.get("operationId")
    open_to_all = {} in (operation.definition.raw.get("security") or [])
    if CALLER == "token" and not open_to_all:
        headers["Authorization"] = f"Bearer {teacher.token}"
    elif CALLER == "session" and not open_to_all:
        browser = teacher.login() if name in ENDING else teacher.browser
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        if name == "changePassword" and isinstance(case.body, dict) and case.body.get("current") == PASSWORD:
            case.body["current"] = "another"
    case.headers = headers
