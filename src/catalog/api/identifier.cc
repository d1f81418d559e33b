#include "catalog/api/identifier.h"

#include <algorithm>

#include "base/utf8.h"

namespace lifeboat::catalog {
namespace {

// Names become parts of table locations; one that climbs out of its folder is refused however it is written.
bool HasDotComponent(std::string_view name) {
  for (size_t start = 0; start <= name.size();) {
    const size_t end = std::min(name.find_first_of("/\\", start), name.size());
    const std::string_view component = name.substr(start, end - start);
    if (component == "." || component == "..") return true;
    start = end + 1;
  }
  return false;
}

Status ValidateName(std::string_view what, std::string_view name) {
  if (name.empty()) return Status::InvalidArgument("Invalid {}: it is empty", what);
  if (name.size() > kMaxNameBytes) {
    return Status::InvalidArgument("Invalid {}: it is {} bytes long, more than {}", what, name.size(),
                                   kMaxNameBytes);
  }
  if (HasDotComponent(name)) {
    return Status::InvalidArgument("Invalid {}: '{}' has a path component '.' or '..'", what, name);
  }
  for (size_t i = 0; i < name.size();) {
    const unsigned char byte = static_cast<unsigned char>(name[i]);
    if (byte < 0x20 || byte == 0x7F) {
      return Status::InvalidArgument("Invalid {}: it holds control character 0x{:02X}", what, byte);
    }
    const size_t length = Utf8SequenceLength(name.substr(i));
    if (length == 0) return Status::InvalidArgument("Invalid {}: it is not valid UTF-8", what);
    i += length;
  }
  return Status::Ok();
}

}  // namespace

std::string ToString(const Namespace& name_space) {
  std::string text;
  for (const std::string& level : name_space) {
    if (!text.empty()) text += '.';
    text += level;
  }
  return text;
}

std::string ToString(const TableIdentifier& identifier) {
  return ToString(identifier.name_space) + "." + identifier.name;
}

std::string EncodeNamespace(const Namespace& name_space) {
  std::string encoded;
  for (size_t i = 0; i < name_space.size(); ++i) {
    if (i > 0) encoded += kLevelSeparator;
    encoded += name_space[i];
  }
  return encoded;
}

Namespace DecodeNamespace(std::string_view encoded) {
  Namespace levels;
  if (encoded.empty()) return levels;
  size_t start = 0;
  for (;;) {
    const size_t end = encoded.find(kLevelSeparator, start);
    levels.emplace_back(encoded.substr(start, end - start));
    if (end == std::string_view::npos) return levels;
    start = end + 1;
  }
}

Status ValidateNamespace(const Namespace& name_space) {
  if (name_space.empty()) return Status::InvalidArgument("Invalid namespace: it is empty");
  for (const std::string& level : name_space) {
    LIFEBOAT_RETURN_IF_ERROR(ValidateName("namespace", level));
  }
  return Status::Ok();
}

Status ValidateIdentifier(const TableIdentifier& identifier) {
  LIFEBOAT_RETURN_IF_ERROR(ValidateNamespace(identifier.name_space));
  return ValidateName("table name", identifier.name);
}

Status ValidateRecordKey(std::string_view key) {
  if (key.empty()) return Status::InvalidArgument("Invalid record key: it is empty");
  if (key.size() > kMaxRecordKeyBytes) {
    return Status::InvalidArgument("Invalid record key: it is {} bytes long, more than {}", key.size(),
                                   kMaxRecordKeyBytes);
  }
  for (size_t i = 0; i < key.size();) {
    const size_t length = key[i] == '\0' ? 0 : Utf8SequenceLength(key.substr(i));
    if (length == 0) return Status::InvalidArgument("Invalid record key: byte {} is no UTF-8 character", i);
    i += length;
  }
  return Status::Ok();
}

}  // namespace lifeboat::catalog
