// PostgresServer: a PostgreSQL server of its own as a child process, on a free loopback port, in a folder
// that goes with it. Its superuser is `app`, who needs no password.
//
// The server's programs are those of scripts/bootstrap, below /usr/lib/postgresql. They refuse to run as
// root; then the user `postgres` runs them. The server dies with the program that started it.
#ifndef LIFEBOAT_TESTS_SUPPORT_POSTGRES_SERVER_H_
#define LIFEBOAT_TESTS_SUPPORT_POSTGRES_SERVER_H_

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "fmt/format.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::testing {

class PostgresServer {
 public:
  enum class Durability { kNone, kFull };  // kNone: a machine's crash loses data, a server's does not

  explicit PostgresServer(Durability durability = Durability::kNone) : durability_(durability) {
    programs_ = FindPrograms();
    LIFEBOAT_CHECK(!programs_.empty(),
                   "no PostgreSQL 15 or later below /usr/lib/postgresql: run scripts/bootstrap");
    folder_ = std::filesystem::temp_directory_path() / "lifeboat-postgres-XXXXXX";
    LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "mkdtemp failed");
    if (::geteuid() == 0) {
      const passwd* user = ::getpwnam("postgres");
      LIFEBOAT_CHECK(user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) == 0,
                     "there is no user 'postgres': run scripts/bootstrap");
    }
    Run({programs_ + "/initdb", "-D", folder_ + "/data", "-U", "app", "-A", "trust", "-E", "UTF8",
         "--no-locale", "--no-sync"});
    Start();
  }
  ~PostgresServer() {
    if (pid_ > 0) Stop(SIGQUIT);
    std::filesystem::remove_all(folder_);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string Uri(const std::string& database) const {
    return fmt::format("postgresql://app@127.0.0.1:{}/{}", port_.number(), database);
  }

  // `options`: what CREATE DATABASE takes, such as "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'".
  void CreateDatabase(const std::string& name, const std::string& options = "") {
    Sql("postgres", fmt::format("CREATE DATABASE \"{}\" {}", name, options));
  }
  std::string NewDatabase() {
    const std::string name = fmt::format("test{}", ++databases_);
    CreateDatabase(name);
    return name;
  }
  void DropDatabase(const std::string& name) {
    Sql("postgres", fmt::format("DROP DATABASE \"{}\" WITH (FORCE)", name));
  }
  // Runs statements; returns the unaligned rows of the last.
  std::string Sql(const std::string& database, const std::string& text) {
    return Run({programs_ + "/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", Uri(database),
                "-c", text});
  }

  // Runs one of the server's programs ("pgbench") to its end; returns what it printed.
  std::string RunProgram(const std::string& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), programs_ + "/" + name);
    return Run(arguments);
  }

  // Cuts every session but the server's own, as a failing network does.
  void CutConnections() {
    Sql("postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lifeboat'");
  }
  // What `pg_ctl stop -m immediate` does: the server recovers at its next start.
  void Crash() { Stop(SIGQUIT); }
  void Start() {
    std::vector<std::string> arguments = AsServerUser();
    for (const std::string& argument :
         {std::string("--pdeathsig=QUIT"), programs_ + "/postgres", std::string("-D"), folder_ + "/data",
          std::string("-p"), std::to_string(port_.number()), std::string("-k"), folder_, std::string("-c"),
          std::string("listen_addresses=127.0.0.1"), std::string("-c"), std::string("shared_buffers=64MB"),
          std::string("-c"), std::string("max_connections=60"), std::string("-c"),
          fmt::format("fsync={}", durability_ == Durability::kFull ? "on" : "off")}) {
      arguments.push_back(argument);
    }
    pid_ = Spawn(arguments, folder_ + "/server.log");
    for (int i = 0; i < 12'000; ++i) {
      // Its eighth line tells when connections are accepted.
      if (ReadFile(folder_ + "/data/postmaster.pid").find("ready") != std::string::npos) return;
      LIFEBOAT_CHECK(::waitpid(pid_, nullptr, WNOHANG) == 0,
                     "PostgreSQL does not start: " + ReadFile(folder_ + "/server.log"));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    LIFEBOAT_CHECK(false, "PostgreSQL does not get ready: " + ReadFile(folder_ + "/server.log"));
  }

  uint16_t port() const { return port_.number(); }

 private:
  static std::string FindPrograms() {
    std::string best;
    int best_version = 14;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
      const std::string name = entry.path().filename();
      int version = 0;
      std::from_chars(name.data(), name.data() + name.size(), version);
      if (version <= best_version || !std::filesystem::exists(entry.path() / "bin/initdb")) continue;
      best_version = version;
      best = entry.path() / "bin";
    }
    return best;
  }

  static std::string ReadFile(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static std::vector<std::string> AsServerUser() {
    std::vector<std::string> arguments{"/usr/bin/setpriv"};
    if (::geteuid() == 0) {
      for (const char* a : {"--reuid=postgres", "--regid=postgres", "--clear-groups"})
        arguments.emplace_back(a);
    }
    return arguments;
  }

  static pid_t Spawn(const std::vector<std::string>& arguments, const std::string& log) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    // Where the server's user may be: programs complain about a working directory they cannot enter.
    ::posix_spawn_file_actions_addchdir_np(&actions, "/");
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    LIFEBOAT_CHECK(failed == 0, fmt::format("cannot start {}", arguments[0]));
    return pid;
  }

  // Runs a program to its end as the server's user; returns what it printed.
  std::string Run(const std::vector<std::string>& program) {
    std::vector<std::string> arguments = AsServerUser();
    if (arguments.size() == 1) arguments.clear();
    arguments.insert(arguments.end(), program.begin(), program.end());
    const std::string log = fmt::format("{}/run{}.log", folder_, ++runs_);
    const pid_t pid = Spawn(arguments, log);
    int result = 0;
    LIFEBOAT_CHECK(::waitpid(pid, &result, 0) == pid, "waitpid failed");
    std::string output = ReadFile(log);
    LIFEBOAT_CHECK(result == 0, fmt::format("{} failed: {}", program[0], output));
    while (output.ends_with('\n')) output.pop_back();
    return output;
  }

  void Stop(int signal) {
    ::kill(pid_, signal);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  const Durability durability_;
  std::string programs_;
  std::string folder_;
  const ReservedPort port_;
  pid_t pid_ = -1;
  int databases_ = 0;
  int runs_ = 0;
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_POSTGRES_SERVER_H_
