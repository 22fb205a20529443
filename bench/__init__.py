"""Speed and weight, measured in one run beside a physical limit; results go to
docs/benchmarks.md."""
