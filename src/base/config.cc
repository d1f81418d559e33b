#include "base/config.h"

#include <toml++/toml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

namespace lifeboat {
namespace {

// What all tables of one file share: the parsed document and the nodes somebody has read.
struct Document {
  std::string name;
  toml::table table;
  mutable std::set<const toml::node*> read;
};

Status FirstUnread(const Document& document, const toml::table& table, const std::string& prefix);

Status CheckNode(const Document& document, const toml::node& node, const std::string& path) {
  if (const toml::table* table = node.as_table()) return FirstUnread(document, *table, path + ".");
  if (const toml::array* array = node.as_array(); array != nullptr && array->is_array_of_tables()) {
    for (size_t i = 0; i < array->size(); ++i) {
      LIFEBOAT_RETURN_IF_ERROR(
          FirstUnread(document, *array->get(i)->as_table(), fmt::format("{}[{}].", path, i)));
    }
    return Status::Ok();
  }
  if (document.read.contains(&node)) return Status::Ok();
  return Status::InvalidArgument("{}:{}: unknown key '{}'; remove it or correct its spelling", document.name,
                                 node.source().begin.line, path);
}

Status FirstUnread(const Document& document, const toml::table& table, const std::string& prefix) {
  for (const auto& [key, node] : table) {
    LIFEBOAT_RETURN_IF_ERROR(CheckNode(document, node, prefix + std::string(key.str())));
  }
  return Status::Ok();
}

}  // namespace

struct ConfigTable::Impl {
  std::shared_ptr<const Document> document;
  const toml::table* table;
  std::string prefix;  // "" or "accounts[1]."

  const toml::node* Find(std::string_view key) const {
    const toml::node* node = table->at_path(key).node();
    if (node != nullptr) document->read.insert(node);
    return node;
  }

  uint32_t LineOf(std::string_view key) const {
    const toml::node* node = table->at_path(key).node();
    return node != nullptr ? node->source().begin.line : table->source().begin.line;
  }

  Status Missing(std::string_view key) const {
    return Status::InvalidArgument("{}:{}: key '{}{}' is missing; add it", document->name, table->source().begin.line,
                                   prefix, key);
  }

  template <typename T>
  Result<T> Get(std::string_view key, std::string_view type, const T* fallback) const {
    const toml::node* node = Find(key);
    if (node == nullptr) {
      if (fallback == nullptr) return Missing(key);
      return *fallback;
    }
    if (const std::optional<T> value = node->value_exact<T>()) return *value;
    return Status::InvalidArgument("{}:{}: key '{}{}' must be {}", document->name, node->source().begin.line, prefix,
                                   key, type);
  }
};

bool ConfigTable::Has(std::string_view key) const { return impl_->table->at_path(key).node() != nullptr; }

Result<std::string> ConfigTable::String(std::string_view key) const {
  return impl_->Get<std::string>(key, "a string", nullptr);
}
Result<int64_t> ConfigTable::Integer(std::string_view key) const {
  return impl_->Get<int64_t>(key, "an integer", nullptr);
}
Result<bool> ConfigTable::Boolean(std::string_view key) const {
  return impl_->Get<bool>(key, "true or false", nullptr);
}
Result<std::string> ConfigTable::String(std::string_view key, std::string fallback) const {
  return impl_->Get<std::string>(key, "a string", &fallback);
}
Result<int64_t> ConfigTable::Integer(std::string_view key, int64_t fallback) const {
  return impl_->Get<int64_t>(key, "an integer", &fallback);
}
Result<bool> ConfigTable::Boolean(std::string_view key, bool fallback) const {
  return impl_->Get<bool>(key, "true or false", &fallback);
}

Result<std::vector<std::string>> ConfigTable::Strings(std::string_view key) const {
  std::vector<std::string> out;
  const toml::node* node = impl_->Find(key);
  if (node == nullptr) return out;
  const toml::array* array = node->as_array();
  if (array == nullptr) return Error(key, "must be an array of strings");
  for (const toml::node& element : *array) {
    const std::optional<std::string> value = element.value_exact<std::string>();
    if (!value) return Error(key, "must be an array of strings");
    out.push_back(*value);
  }
  return out;
}

Result<std::vector<ConfigTable>> ConfigTable::Tables(std::string_view key) const {
  std::vector<ConfigTable> out;
  const toml::node* node = impl_->Find(key);
  if (node == nullptr) return out;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    return Error(key, fmt::format("must be an array of tables, written [[{}]]", key));
  }
  for (size_t i = 0; i < array->size(); ++i) {
    out.push_back(ConfigTable(std::make_shared<const Impl>(
        Impl{impl_->document, array->get(i)->as_table(), fmt::format("{}{}[{}].", impl_->prefix, key, i)})));
  }
  return out;
}

Result<ConfigTable> ConfigTable::Table(std::string_view key) const {
  const toml::node* node = impl_->Find(key);
  if (node == nullptr) return impl_->Missing(key);
  if (node->as_table() == nullptr) return Error(key, fmt::format("must be a table, written [{}]", key));
  return ConfigTable(std::make_shared<const Impl>(
      Impl{impl_->document, node->as_table(), fmt::format("{}{}.", impl_->prefix, key)}));
}

Status ConfigTable::Error(std::string_view key, std::string_view problem) const {
  return Status::InvalidArgument("{}:{}: key '{}{}' {}", impl_->document->name, impl_->LineOf(key), impl_->prefix, key,
                                 problem);
}

Result<Config> Config::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Status::NotFound("cannot read the configuration file '{}': {}", path, std::strerror(errno));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return Parse(text.str(), path);
}

Result<Config> Config::Parse(std::string_view text, const std::string& name) {
  auto document = std::make_shared<Document>();
  document->name = name;
  try {
    document->table = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return Status::InvalidArgument("{}:{}: {}", name, error.source().begin.line, error.description());
  }
  const toml::table* table = &document->table;
  return Config(ConfigTable(std::make_shared<const ConfigTable::Impl>(
      ConfigTable::Impl{std::move(document), table, ""})));
}

Status Config::CheckAllKeysRead() const {
  return FirstUnread(*root_.impl_->document, *root_.impl_->table, root_.impl_->prefix);
}

}  // namespace lifeboat
