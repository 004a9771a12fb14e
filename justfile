# `just` runs these by name; each is a step of ./dev, which sets the machine up.

# Everything CI runs.
ci:
    .ci/run

# Unit and API tests.
test *args:
    ./dev test-unit {{args}}

# Test the API with third-party tools.
test-api:
    ./dev test-api

# Fuzz every operation of the API with hundreds of generated requests.
fuzz-api:
    EXAMPLES=500 ./dev test-api

# Stress a live class for minutes: cut and held networks, kills, restarts.
storm:
    ./dev storm

# Browser tests.
browser *args:
    ./dev test-browser {{args}}

# Format, lints, docs, fences, openapi, client size.
checks:
    ./dev checks

# Write openapi.yaml from the code.
openapi:
    ./dev do cargo run --quiet --bin linguaglow -- openapi

# Benchmarks of speed and size, one JSON object a line.
bench *args:
    ./dev bench {{args}}

# Format Rust and stylesheets.
fmt:
    ./dev format
