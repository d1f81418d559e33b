#!/usr/bin/env python3
"""The house rules as a test. Usage: tidy.py REPOSITORY

Prints one line per violation, `path:line: rule: what to do instead`, and exits 1 when there is any.
Rules that old code breaks are ratchets: tests/tidy/ratchet.txt holds the size each listed file or function may have;
shrink it and lower the number, never raise it.
"""

import re
import subprocess
import sys
from pathlib import Path

MAX_COLUMNS = 120
MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80

# (pattern, folders it is banned in, folders exempt, replacement)
BANNED = [
    (r"\bstd::(mutex|condition_variable|lock_guard|unique_lock|scoped_lock)\b", ("src", "apps"), ("src/base",),
     "lifeboat::Mutex, MutexLock, CondVar (base/mutex.h)"),
    (r"\bstd::chrono::(system_clock|steady_clock|high_resolution_clock)::now\b|\bgettimeofday\(|[^_a-z]time\(nullptr\)",
     ("src", "apps"), ("src/base",), "a Clock& (base/clock.h)"),
    (r"\bstd::(mt19937|random_device|default_random_engine)\b|[^_a-z]s?rand\(", ("src", "apps"), ("src/base",),
     "a Random& (base/random.h)"),
    (r"\bstd::regex\b|#include <regex>", ("src", "apps"), (), "a hand-written scanner: <regex> is slow to build and to run"),
    (r"\b(sprintf|strcpy|strcat|gets|strtok|atoi|atof|atol)\(", ("src", "apps", "tests"), (),
     "fmt::format, std::string, std::from_chars"),
    (r"\bstd::(cout|cerr|clog)\b", ("src",), (), "log::Info (base/log.h)"),
    (r"\bsystem\(", ("src", "apps"), (), "posix_spawn: no shell"),
    (r"\bassert\(", ("src", "apps"), (), "LIFEBOAT_CHECK (base/check.h), which holds in every build"),
    (r"\bFIX" r"ME\b|\bTO" r"DO\b|\bXX" r"X\b", ("src", "apps", "tests", "cmake", "scripts"), (),
     "finish it, or file an issue"),
    (r"(?<![\w.])/(home|root|work)/", ("",), (), "a path relative to the repository"),
]

# Third-party headers and the only places that may include them.
FENCED_HEADERS = [
    (r"boost/(beast|asio)", ("src/net/",)),
    (r"duckdb", ("src/account/engine/", "bench/")),
    (r"sqlite3\.h", ("src/catalog/store/", "src/account/objects/")),
    (r"libpq", ("src/catalog/store/",)),
    (r"curl/", ("src/net/", "src/storage/s3/")),
    (r"toml\+\+", ("src/base/",)),
    (r"spdlog", ("src/base/",)),
    (r"CLI/", ("apps/",)),
]

SOURCE_SUFFIXES = {".cc", ".h"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".py", ".md", ".cmake", ".sql", ".txt", ".test", ".json", ".toml", ""}


def tracked_files(root):
    out = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                         check=True, capture_output=True).stdout.decode()
    return sorted(p for p in out.split("\0") if p and (root / p).is_file())


def strip_code(text):
    """Source text with comments and the contents of string literals blanked, line structure kept."""
    out, i, n = [], 0, len(text)
    while i < n:
        two = text[i:i + 2]
        if two == "//":
            j = text.find("\n", i)
            j = n if j < 0 else j
            out.append(" " * (j - i))
            i = j
        elif two == "/*":
            j = text.find("*/", i + 2)
            j = n if j < 0 else j + 2
            out.append(re.sub(r"[^\n]", " ", text[i:j]))
            i = j
        elif two == 'R"':
            m = re.match(r'R"([^(\s]*)\(', text[i:])
            end = text.find(")" + m.group(1) + '"', i) if m else -1
            j = n if end < 0 else end + len(m.group(1)) + 2
            out.append(re.sub(r"[^\n]", " ", text[i:j]))
            i = j
        elif text[i] == '"' or (text[i] == "'" and not (i and (text[i - 1].isalnum() or text[i - 1] == "_"))):
            quote, j = text[i], i + 1
            while j < n and text[j] != quote and text[j] != "\n":
                j += 2 if text[j] == "\\" else 1
            j = min(j + 1, n)
            out.append(quote + " " * max(0, j - i - 2) + quote)
            i = j
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


def parse_modules(root):
    """{module: set of modules and externals it declares} from the lifeboat_module() calls."""
    modules = {}
    for cmake in (root / "src").rglob("CMakeLists.txt"):
        for call in re.finditer(r"^lifeboat_module\(([^)]+)\)", cmake.read_text(), re.M):
            words = call.group(1).split()
            name, deps, tests, key = words[0], set(), set(), None
            for word in words[1:]:
                if word.isupper():
                    key = word
                elif key in ("DEPS", "PRIVATE_DEPS"):
                    deps.add(word)
                elif key == "TEST_DEPS":
                    tests.add(word)
            modules[name] = (deps, tests)
    return modules


def module_of(path, modules):
    """The module that owns a path below src/, by longest match."""
    folder = Path(path).parent
    while str(folder) != ".":
        if str(folder) in modules:
            return str(folder)
        folder = folder.parent
    return None


def check_includes(path, text, modules, report):
    if not path.startswith("src/") or Path(path).suffix not in SOURCE_SUFFIXES:
        return
    me = module_of(path[4:], modules)
    if me is None:
        report(path, 1, "include", "file belongs to no lifeboat_module()")
        return
    deps, tests = modules[me]
    allowed = {me} | deps
    if path.endswith(("_test.cc", "_s3test.cc")):
        allowed |= tests
    for number, line in enumerate(text.splitlines(), 1):
        m = re.match(r'\s*#include "([^"]+)"', line)
        if not m:
            continue
        target = module_of(m.group(1), modules)
        if target is None:
            if not (path.endswith(("_test.cc", "_s3test.cc")) and m.group(1).startswith("tests/")):
                report(path, number, "include", f'"{m.group(1)}" is in no module; include paths are rooted at src/')
        elif target not in allowed:
            report(path, number, "include", f"declare {target} in DEPS of {me} (src/{me}/CMakeLists.txt), or do not use it")


def check_fences(path, text, report):
    if Path(path).suffix not in SOURCE_SUFFIXES:
        return
    for number, line in enumerate(text.splitlines(), 1):
        m = re.match(r"\s*#include [<\"]([^>\"]+)[>\"]", line)
        if not m:
            continue
        for pattern, homes in FENCED_HEADERS:
            if re.match(pattern, m.group(1)) and not path.startswith(homes):
                report(path, number, "fence", f"<{m.group(1)}> may be included below {', '.join(homes)} only")


def check_banned(path, text, report):
    suffix = Path(path).suffix
    code = strip_code(text) if suffix in SOURCE_SUFFIXES else text
    for pattern, folders, exempt, instead in BANNED:
        if not any(path.startswith(f + "/") or f == "" for f in folders) or any(path.startswith(e) for e in exempt):
            continue
        haystack = text if "FIX" in pattern or "home" in pattern else code
        if suffix not in SOURCE_SUFFIXES and "home" not in pattern and "FIX" not in pattern:
            continue
        for m in re.finditer(pattern, haystack):
            report(path, haystack.count("\n", 0, m.start()) + 1, "banned", f"'{m.group(0).strip()}': use {instead}")


NOT_A_FUNCTION = re.compile(r"(namespace|class|struct|enum|union|extern|template <[^>]*>\s*(class|struct))\b")


def function_lengths(text):
    """(name, first line, lines) of each function defined at column 0, as Google style lays them out."""
    lines = strip_code(text).splitlines()
    head = start = None  # first line of the declaration at hand; of the body's function
    for i, line in enumerate(lines):
        if start is not None:
            if line.startswith("}"):
                name = re.search(r"([\w:~]+)\s*\(", " ".join(lines[start:i]))
                yield (name.group(1) if name else lines[start].strip(), start + 1, i - start + 1)
                start = head = None
            continue
        if not line.strip() or line[0] in "#}":
            head = None
            continue
        if line[0] not in " \t" and head is None:
            head = i
        if head is not None and line.rstrip().endswith("{"):
            declaration = " ".join(lines[head:i + 1])
            if "(" in declaration and "=" not in declaration.split("(")[0] and not NOT_A_FUNCTION.match(declaration):
                start = head
            else:
                head = None
        elif line.rstrip().endswith(";"):
            head = None


def read_ratchet(root):
    ratchet = {}
    file = root / "tests/tidy/ratchet.txt"
    if file.exists():
        for line in file.read_text().splitlines():
            line = line.split("#")[0].strip()
            if line:
                key, size = line.rsplit(None, 1)
                ratchet[key] = int(size)
    return ratchet


def check_lengths(path, text, ratchet, used, report):
    if Path(path).suffix not in SOURCE_SUFFIXES | {".py"}:
        return
    lines = text.count("\n")
    limit = ratchet.get(path, MAX_FILE_LINES)
    if path in ratchet:
        used.add(path)
        if lines < limit - 20:
            report("tests/tidy/ratchet.txt", 1, "ratchet", f"{path} has shrunk to {lines} lines: lower its number")
    if lines > limit:
        report(path, lines, "length", f"{lines} lines, limit {limit}: split it into two files with two good names")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_COLUMNS and "http" not in line and 'R"' not in line and Path(path).suffix in SOURCE_SUFFIXES \
                and not path.endswith(("_test.cc", "_s3test.cc")):
            report(path, number, "columns", f"{len(line)} columns, limit {MAX_COLUMNS}")
    if Path(path).suffix == ".cc":
        for name, line, size in function_lengths(text):
            key = f"{path}:{name}"
            limit = ratchet.get(key, MAX_FUNCTION_LINES)
            if key in ratchet:
                used.add(key)
            if size > limit and not path.endswith(("_test.cc", "_s3test.cc")):
                report(path, line, "length", f"function {name} has {size} lines, limit {limit}: split it")


def check_header(path, text, report):
    if not path.startswith(("src/", "apps/")) or not path.endswith(".h"):
        return
    rel = path.split("/", 1)[1]
    guard = "LIFEBOAT_" + re.sub(r"[^A-Z0-9]", "_", re.sub(r"^LIFEBOAT/", "", rel.upper())) + "_"
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        report(path, 1, "guard", f"include guard must be {guard}")
    if not text.startswith("//"):
        report(path, 1, "header", "open with a comment that says what the thing is")


def check_docs(path, text, root, report):
    if not path.endswith(".md"):
        return
    folder = (root / path).parent
    for number, line in enumerate(text.splitlines(), 1):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", line):
            if re.match(r"[a-z]+:", target):
                continue
            if not (folder / target).exists():
                report(path, number, "docs", f"link to '{target}', which does not exist")
        for target in re.findall(r"`((?:src|apps|tests|docs|cmake|scripts|bench|runbook)/[\w./-]+)`", line):
            if not (root / target).exists():
                report(path, number, "docs", f"names '{target}', which does not exist")


def check_modules(root, modules, report):
    for name in modules:
        if not (root / "src" / name / "README.md").exists():
            report(f"src/{name}", 1, "readme", "a module has a README.md: what it is, and a task → file table")


def run(root):
    violations = []

    def report(path, line, rule, message):
        violations.append(f"{path}:{line}: {rule}: {message}")

    modules = parse_modules(root)
    ratchet, used = read_ratchet(root), set()
    for path in tracked_files(root):
        if Path(path).suffix not in TEXT_SUFFIXES or path.startswith("tests/golden/"):
            continue
        try:
            text = (root / path).read_text()
        except UnicodeDecodeError:
            continue
        if path.startswith("tests/tidy/"):
            continue
        check_includes(path, text, modules, report)
        check_fences(path, text, report)
        check_banned(path, text, report)
        check_lengths(path, text, ratchet, used, report)
        check_header(path, text, report)
        check_docs(path, text, root, report)
    for key in sorted(set(ratchet) - used):
        report("tests/tidy/ratchet.txt", 1, "ratchet", f"'{key}' is gone: remove its line")
    check_modules(root, modules, report)
    return violations


def main():
    root = Path(sys.argv[1]).resolve()
    violations = run(root)
    for line in violations:
        print(line)
    print(f"tidy: {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
