// S3Server: a real S3 server (MinIO or versitygw) as a child process on a free loopback port, with a folder
// of its own; the destructor kills it and removes the folder. scripts/test-s3 builds the programs.
#ifndef LIFEBOAT_TESTS_SUPPORT_S3_SERVER_H_
#define LIFEBOAT_TESTS_SUPPORT_S3_SERVER_H_

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/check.h"
#include "fmt/format.h"
#include "tests/support/reserved_port.h"

namespace lifeboat::testing {

class S3Server {
 public:
  static constexpr const char* kAccessKeyId = "testadmin";
  static constexpr const char* kSecretAccessKey = "testsecret123";
  enum class Kind { kMinio, kVersitygw };

  // Does not wait until the server answers: the first request is repeated until it does.
  S3Server(Kind kind, const std::string& program) {
    folder_ = std::filesystem::temp_directory_path() / "lifeboat-s3-XXXXXX";
    LIFEBOAT_CHECK(::mkdtemp(folder_.data()) != nullptr, "mkdtemp failed");
    std::filesystem::create_directories(folder_ + "/data");
    const std::string address = fmt::format("127.0.0.1:{}", port_.number());
    endpoint_ = "http://" + address;
    std::vector<std::string> arguments{program};
    if (kind == Kind::kMinio) {
      for (const char* a : {"server", "--quiet", "--address"}) arguments.emplace_back(a);
      arguments.push_back(address);
    } else {
      for (const char* a :
           {"--quiet", "--keep-alive", "--access", kAccessKeyId, "--secret", kSecretAccessKey, "--port"})
        arguments.emplace_back(a);
      arguments.push_back(address);
      arguments.emplace_back("posix");
    }
    arguments.push_back(folder_ + "/data");
    Spawn(arguments);
  }
  ~S3Server() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;

  const std::string& endpoint() const { return endpoint_; }

 private:
  void Spawn(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    std::vector<std::string> variables{fmt::format("MINIO_ROOT_USER={}", kAccessKeyId),
                                       fmt::format("MINIO_ROOT_PASSWORD={}", kSecretAccessKey),
                                       "MINIO_BROWSER=off", "MINIO_UPDATE=off", "HOME=" + folder_};
    std::vector<char*> environment;
    for (std::string& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const std::string log = folder_ + "/server.log";
    ::posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    const int failed = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    LIFEBOAT_CHECK(failed == 0, fmt::format("cannot start {}", arguments[0]));
  }

  const ReservedPort port_;
  std::string folder_;
  std::string endpoint_;
  pid_t pid_ = -1;
};

}  // namespace lifeboat::testing

#endif  // LIFEBOAT_TESTS_SUPPORT_S3_SERVER_H_
