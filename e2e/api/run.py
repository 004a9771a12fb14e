"""The API as a third party meets it: validator, generated clients, fuzzer, all against the real program.

`EXAMPLES` (20) is how many requests are generated for an operation, `SEED` (1) which ones. With arguments only those of
`tools`, `typescript`, `token` and `session`.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tools
from school import ROOT, Server, Teacher

HERE = Path(__file__).resolve().parent
# Each may send 40 requests a second.
TEACHERS = 6
CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
])


def teacher(server: Server, name: str) -> Teacher:
    return Teacher(server.base, name).confirmed(server.folder)


def typescript(server: Server):
    """A client whose types are the document's, compiled strictly, then a teacher's day with a token."""
    bin = HERE / "node_modules" / ".bin"
    subprocess.run([bin / "openapi-typescript", ROOT / "openapi.yaml", "--output", HERE / "generated" / "api.ts"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([bin / "tsc", "--project", HERE], check=True)
    environment = {**os.environ, "API_BASE": server.base, "API_TOKEN": teacher(server, "typescript").token}
    subprocess.run(["node", HERE / "generated" / "js" / "third-party.js"], check=True, env=environment)


def fuzz(server: Server, caller: str):
    """Every operation with generated requests: no failure of ours, nothing that the document doesn't say."""
    seed, examples = os.environ.get("SEED", "1"), os.environ.get("EXAMPLES", "20")
    teachers = [teacher(server, f"{caller}-{n}") for n in range(TEACHERS)]
    environment = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "API_BASE": server.base,
        "API_FOLDER": str(server.folder),
        "API_TEACHERS": ",".join(f"{one.email}={one.token}" for one in teachers),
        "API_CALLER": caller,
        "API_SEED": seed,
    }
    command = [
        Path(sys.executable).parent / "schemathesis", "run", ROOT / "openapi.yaml", "--url", server.base,
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", examples,
        "--seed", seed, "--continue-on-failure", "--warnings", "off", "--no-color",
        "--suppress-health-check", "all", "--request-timeout", "30",
    ]
    if subprocess.run(command, env=environment, cwd=notes(caller)).returncode:
        raise SystemExit(f"what the API answers to a {caller} is not what the document says (SEED={seed} EXAMPLES={examples})")
    never = (server.folder / "never-succeeded").read_text()
    if never and int(examples) >= 20:
        raise SystemExit(f"a {caller} never succeeded with {never}: the hooks must aim better")


def notes(caller: str) -> str:
    """Where the fuzzer may leave its notes."""
    folder = HERE / "generated" / caller
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


STEPS = {
    "tools": lambda server: tools.all_of_them(teacher(server, "tools")),
    "typescript": typescript,
    "token": lambda server: fuzz(server, "token"),
    "session": lambda server: fuzz(server, "session"),
}


def run(wanted: list[str]):
    server = Server()
    try:
        for name in wanted:
            began = time.monotonic()
            STEPS[name](server)
            print(f"  {name}: good, {time.monotonic() - began:.0f} s", flush=True)
    except BaseException:
        faults = [line for line in (server.folder / "server.log").read_text().splitlines() if "ERROR" in line or "WARN" in line]
        print("\n".join(faults[-20:]), file=sys.stderr)
        raise
    finally:
        server.stop()


def main():
    # On SIGTERM, too, the servers and their databases are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = sys.argv[1:]
    if wanted:
        return run(wanted)
    # The fuzzer uses one core: one caller runs beside the other steps, with a server of its own.
    with tempfile.TemporaryFile() as printed:
        beside = subprocess.Popen([sys.executable, __file__, "session"], stdout=printed, stderr=subprocess.STDOUT)
        try:
            run([step for step in STEPS if step != "session"])
            failed = beside.wait()
        finally:
            beside.terminate()
            beside.wait()
            printed.seek(0)
            sys.stdout.buffer.write(printed.read())
            sys.stdout.flush()
    if failed:
        raise SystemExit(failed)


main()
