// Config: a TOML file read strictly. Every error names the file, the line and the key, and a key that nobody asked for
// is an error too, so that a misspelt setting is never silently ignored.
//
//   LIFEBOAT_ASSIGN_OR_RETURN(Config config, Config::Load("catalog.toml"));
//   LIFEBOAT_ASSIGN_OR_RETURN(int64_t port, config.root().Integer("server.port", 8181));
//   LIFEBOAT_RETURN_IF_ERROR(config.CheckAllKeysRead());
#ifndef LIFEBOAT_BASE_CONFIG_H_
#define LIFEBOAT_BASE_CONFIG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lifeboat {

// One table of a Config. Keys are dotted paths relative to it ("server.port"). Valid while its Config lives.
class ConfigTable {
 public:
  bool Has(std::string_view key) const;

  // Required: a missing key is kInvalidArgument.
  Result<std::string> String(std::string_view key) const;
  Result<int64_t> Integer(std::string_view key) const;
  Result<bool> Boolean(std::string_view key) const;

  // Optional: `fallback` when the key is missing; a value of the wrong type is still an error.
  Result<std::string> String(std::string_view key, std::string fallback) const;
  Result<int64_t> Integer(std::string_view key, int64_t fallback) const;
  Result<bool> Boolean(std::string_view key, bool fallback) const;

  // Missing: empty.
  Result<std::vector<std::string>> Strings(std::string_view key) const;
  // The tables of an array of tables ([[accounts]]); missing: empty.
  Result<std::vector<ConfigTable>> Tables(std::string_view key) const;
  // A sub-table; kInvalidArgument when missing.
  Result<ConfigTable> Table(std::string_view key) const;

  // An error about `key` that names file and line, for checks the caller makes itself.
  Status Error(std::string_view key, std::string_view problem) const;

 private:
  friend class Config;
  struct Impl;
  explicit ConfigTable(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

class Config {
 public:
  static Result<Config> Load(const std::string& path);
  // `name` stands for the file in error messages.
  static Result<Config> Parse(std::string_view text, const std::string& name);

  const ConfigTable& root() const { return root_; }
  // An error naming the first key of the file that was never read.
  Status CheckAllKeysRead() const;

 private:
  explicit Config(ConfigTable root) : root_(std::move(root)) {}
  ConfigTable root_;
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_CONFIG_H_
