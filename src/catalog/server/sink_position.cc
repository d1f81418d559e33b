#include "catalog/server/sink_position.h"

#include <charconv>
#include <utility>

#include "storage/local_storage.h"

namespace lifeboat::catalog {

SinkPosition::SinkPosition(std::string path)
    : path_(std::move(path)), storage_(storage::MakeLocalStorage()) {}

Result<std::optional<uint64_t>> SinkPosition::Read() {
  const Result<std::string> text = storage_->Read(path_);
  if (text.status().code() == StatusCode::kNotFound) return std::optional<uint64_t>();
  if (!text.ok()) return text.status();
  uint64_t position = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), position);
  if (error != std::errc() || std::string_view(end) != "\n") {
    return Status::Corruption("'{}' does not hold the position of a change sink; remove it to start anew",
                              path_);
  }
  return std::optional<uint64_t>(position);
}

Status SinkPosition::Write(uint64_t position) {
  return storage_->Write(path_, fmt::format("{}\n", position));
}

}  // namespace lifeboat::catalog
