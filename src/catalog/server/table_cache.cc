#include "catalog/server/table_cache.h"

#include <utility>

#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

// Unambiguous, because no name holds the separator.
std::string KeyOf(const TableIdentifier& identifier) {
  std::string key = EncodeNamespace(identifier.name_space);
  key += kLevelSeparator;
  key += identifier.name;
  return key;
}

constexpr std::string_view kTail = R"(,"config":{}})";

}  // namespace

std::string LoadTableResultJson(std::string_view metadata_location, std::string_view metadata_json) {
  std::string body;
  body.reserve(metadata_location.size() + metadata_json.size() + 64);
  body += '{';
  if (!metadata_location.empty()) {
    body += R"("metadata-location":)";
    iceberg::JsonWriter(&body).String(metadata_location);
    body += ',';
  }
  body += R"("metadata":)";
  body += metadata_json;
  body += kTail;
  return body;
}

std::string WithConfig(std::string load_table_result, std::string_view members) {
  if (!load_table_result.ends_with(kTail)) return load_table_result;
  load_table_result.resize(load_table_result.size() - kTail.size());
  load_table_result += ',';
  load_table_result += members;
  load_table_result += '}';
  return load_table_result;
}

LoadedTableVersion::LoadedTableVersion(uint64_t version, std::string metadata_location,
                                       std::string_view metadata_json,
                                       std::shared_ptr<const iceberg::TableMetadata> metadata)
    : version_(version),
      metadata_location_(std::move(metadata_location)),
      body_(LoadTableResultJson(metadata_location_, metadata_json)),
      json_offset_(body_.size() - kTail.size() - metadata_json.size()),
      json_length_(metadata_json.size()),
      metadata_(std::move(metadata)) {}

Result<std::shared_ptr<const iceberg::TableMetadata>> LoadedTableVersion::Metadata() const {
  MutexLock lock(mutex_);
  if (metadata_ == nullptr) {
    Result<iceberg::TableMetadata> parsed = iceberg::ParseTableMetadata(metadata_json(), metadata_location_);
    if (!parsed.ok()) return Status(StatusCode::kCorruption, parsed.status().message());
    metadata_ = std::make_shared<const iceberg::TableMetadata>(std::move(parsed).value());
  }
  return metadata_;
}

std::shared_ptr<const iceberg::TableMetadata> LoadedTableVersion::MetadataIfParsed() const {
  MutexLock lock(mutex_);
  return metadata_;
}

uint64_t LoadedTableVersion::size_bytes() const {
  // Parsed metadata takes about twice its text.
  return 512 + metadata_location_.size() + body_.size() * 3;
}

std::shared_ptr<const LoadedTableVersion> TableCache::Find(const TableIdentifier& identifier) {
  const std::string key = KeyOf(identifier);
  MutexLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->table;
}

void TableCache::Put(const TableIdentifier& identifier, std::shared_ptr<const LoadedTableVersion> table) {
  std::string key = KeyOf(identifier);
  const uint64_t bytes = table->size_bytes() + 2 * key.size();
  MutexLock lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    if (found->second->table->version() >= table->version()) return;
    Remove(found->second);
  }
  if (bytes > bytes_max_) return;
  while (bytes_ + bytes > bytes_max_) Remove(std::prev(entries_.end()));
  entries_.push_front({std::move(key), std::move(table), bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

void TableCache::Erase(const TableIdentifier& identifier) {
  const std::string key = KeyOf(identifier);
  MutexLock lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) Remove(found->second);
}

uint64_t TableCache::size_bytes() const {
  MutexLock lock(mutex_);
  return bytes_;
}

void TableCache::Remove(Entries::iterator entry) {
  by_key_.erase(entry->key);
  bytes_ -= entry->bytes;
  entries_.erase(entry);
}

}  // namespace lifeboat::catalog
