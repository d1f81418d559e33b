#include "lifeboat/cli/duration.h"
#include "lifeboat/server/server_part.h"

namespace lifeboat::app {
namespace {

constexpr std::string_view kForever = "forever";

Result<uint64_t> ReadLimit(const ConfigTable& section, std::string_view key) {
  LIFEBOAT_ASSIGN_OR_RETURN(const int64_t limit, section.Integer(key, 0));
  if (limit < 0) return section.Error(key, "must be a number of entries or bytes; 0 sets no limit");
  return static_cast<uint64_t>(limit);
}

Result<catalog::ChangeSinkOptions> ReadSink(const ConfigTable& section, const std::string& position_folder) {
  using Sink = catalog::ChangeSinkOptions;
  Sink sink;
  LIFEBOAT_ASSIGN_OR_RETURN(sink.name, section.String("name"));
  if (sink.name.empty() || sink.name.find('/') != std::string::npos || sink.name.starts_with('.')) {
    return section.Error("name", "must be a plain word: a file is named after it");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string kind, section.String("kind"));
  if (kind == "json-lines") {
    LIFEBOAT_ASSIGN_OR_RETURN(sink.path, section.String("path"));
    if (!sink.path.starts_with('/')) return section.Error("path", "must be an absolute path");
  } else if (kind == "webhook") {
    sink.kind = Sink::Kind::kWebhook;
    LIFEBOAT_ASSIGN_OR_RETURN(sink.url, section.String("url"));
    if (!sink.url.starts_with("http://") && !sink.url.starts_with("https://")) {
      return section.Error("url", "must begin with http:// or https://");
    }
    LIFEBOAT_ASSIGN_OR_RETURN(sink.secret, section.String("secret"));
    if (sink.secret.empty()) return section.Error("secret", "must not be empty: it signs what is sent");
  } else {
    return section.Error("kind", "must be json-lines or webhook");
  }
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string start, section.String("start", "beginning"));
  if (start != "beginning" && start != "now") return section.Error("start", "must be beginning or now");
  sink.start = start == "now" ? Sink::Start::kNow : Sink::Start::kBeginning;
  const std::string usual =
      position_folder.empty() ? "" : position_folder + "/sink-" + sink.name + ".position";
  LIFEBOAT_ASSIGN_OR_RETURN(sink.position_path, section.String("position", usual));
  if (!sink.position_path.starts_with('/')) {
    return section.Error("position", "must be the absolute path of a file to keep the sink's position in");
  }
  return sink;
}

}  // namespace

Status ReadChangeLogSettings(const ConfigTable& section, const std::string& default_position_folder,
                             catalog::CatalogServerOptions* options) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::string age, section.String("change_log_retention", "7d"));
  const Result<std::chrono::seconds> duration = ParseDuration(age);
  if (age == kForever) {
    options->change_log.age_max = std::chrono::seconds(0);
  } else if (!duration.ok() || duration->count() == 0) {
    return section.Error("change_log_retention", "must be a duration such as 12h or 7d, or forever");
  } else {
    options->change_log.age_max = *duration;
  }
  LIFEBOAT_ASSIGN_OR_RETURN(options->change_log.entries_max, ReadLimit(section, "change_log_max_entries"));
  LIFEBOAT_ASSIGN_OR_RETURN(options->change_log.bytes_max, ReadLimit(section, "change_log_max_bytes"));
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<ConfigTable> sinks, section.Tables("sinks"));
  for (const ConfigTable& table : sinks) {
    LIFEBOAT_ASSIGN_OR_RETURN(catalog::ChangeSinkOptions sink, ReadSink(table, default_position_folder));
    for (const catalog::ChangeSinkOptions& other : options->change_sinks) {
      if (other.name == sink.name) return table.Error("name", "is another sink's already");
    }
    options->change_sinks.push_back(std::move(sink));
  }
  return Status::Ok();
}

}  // namespace lifeboat::app
