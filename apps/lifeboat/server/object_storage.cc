#include "lifeboat/server/object_storage.h"

#include <algorithm>
#include <cstdlib>

#include "lifeboat/deployment/private_file.h"
#include "storage/local_storage.h"

namespace lifeboat::app {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string FirstOf(const char* name, const char* other, std::string fallback = "") {
  for (const char* one : {name, other}) {
    if (std::string value = Environment(one); !value.empty()) return value;
  }
  return fallback;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const size_t begin = std::min(text.find_first_not_of(kBlank), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

}  // namespace

Result<std::optional<S3Settings>> ReadS3Settings(const ConfigTable& section) {
  if (!section.Has("s3")) return std::optional<S3Settings>();
  LIFEBOAT_ASSIGN_OR_RETURN(const ConfigTable table, section.Table("s3"));
  S3Settings settings;
  LIFEBOAT_ASSIGN_OR_RETURN(settings.endpoint, table.String("endpoint", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.region, table.String("region", settings.region));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.path_style, table.Boolean("path_style", !settings.endpoint.empty()));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.credentials_file, table.String("credentials_file", ""));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.profile, table.String("profile", settings.profile));
  LIFEBOAT_ASSIGN_OR_RETURN(settings.ca_file, table.String("ca_file", ""));
  if (!settings.credentials_file.empty() && !settings.credentials_file.starts_with('/'))
    return table.Error("credentials_file", "must be an absolute path");
  return std::optional(std::move(settings));
}

std::optional<S3Settings> S3SettingsFromEnvironment() {
  if (Environment("AWS_ACCESS_KEY_ID").empty()) return std::nullopt;
  S3Settings settings;
  settings.endpoint = FirstOf("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
  settings.region = FirstOf("AWS_REGION", "AWS_DEFAULT_REGION", settings.region);
  settings.path_style = !settings.endpoint.empty();
  settings.ca_file = Environment("AWS_CA_BUNDLE");
  return settings;
}

Result<storage::s3::S3Credentials> S3CredentialsFromEnvironment() {
  storage::s3::S3Credentials credentials{Environment("AWS_ACCESS_KEY_ID"),
                                         Environment("AWS_SECRET_ACCESS_KEY"),
                                         Environment("AWS_SESSION_TOKEN"), 0};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Status::Unauthenticated(
        "there are no credentials for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a "
        "credentials_file");
  }
  return credentials;
}

storage::s3::CredentialsProvider S3CredentialsOf(const S3Settings& settings) {
  if (settings.credentials_file.empty()) return S3CredentialsFromEnvironment;
  return
      [path = settings.credentials_file, profile = settings.profile]() -> Result<storage::s3::S3Credentials> {
        LIFEBOAT_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path));
        return ParseS3Credentials(text, profile, path);
      };
}

Result<storage::s3::S3Credentials> ParseS3Credentials(std::string_view text, std::string_view profile,
                                                      const std::string& path) {
  storage::s3::S3Credentials credentials;
  bool inside = false;
  while (!text.empty()) {
    const std::string_view line = Trim(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.starts_with('[')) {
      inside = line.ends_with(']') && Trim(line.substr(1, line.size() - 2)) == profile;
      continue;
    }
    const size_t equals = line.find('=');
    if (!inside || line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = Trim(line.substr(0, equals));
    const std::string_view value = Trim(line.substr(equals + 1));
    if (key == "aws_access_key_id") credentials.access_key_id = value;
    if (key == "aws_secret_access_key") credentials.secret_access_key = value;
    if (key == "aws_session_token") credentials.session_token = value;
  }
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Status::Unauthenticated(
        "'{}' has no aws_access_key_id and aws_secret_access_key in its profile [{}]; add them", path,
        profile);
  }
  return credentials;
}

std::string FormatS3Credentials(const storage::s3::S3Credentials& credentials) {
  std::string text = fmt::format("[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                                 credentials.access_key_id, credentials.secret_access_key);
  if (!credentials.session_token.empty())
    text += fmt::format("aws_session_token = {}\n", credentials.session_token);
  return text;
}

Result<std::shared_ptr<storage::Storage>> OpenObjectStorage(const std::optional<S3Settings>& s3) {
  auto router = std::make_shared<storage::StorageRouter>();
  router->Register("file", std::shared_ptr<storage::Storage>(storage::MakeLocalStorage()));
  if (s3) {
    storage::s3::S3Options options;
    options.endpoint = s3->endpoint;
    options.region = s3->region;
    options.path_style = s3->path_style;
    options.ca_bundle_path = s3->ca_file;
    options.credentials = S3CredentialsOf(*s3);
    LIFEBOAT_ASSIGN_OR_RETURN(std::unique_ptr<storage::Storage> opened,
                              storage::s3::MakeS3Storage(std::move(options)));
    const std::shared_ptr<storage::Storage> shared = std::move(opened);
    for (const char* scheme : {"s3", "s3a", "s3n"}) router->Register(scheme, shared);
  }
  return std::shared_ptr<storage::Storage>(std::move(router));
}

}  // namespace lifeboat::app
