#include "catalog/api/table_places.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/utf8.h"

namespace lifeboat::catalog {
namespace {

struct SplitLocation {
  std::string root;  // "s3://bucket/", "file:///"
  std::string_view path;
};

SplitLocation Split(std::string_view location) {
  const size_t colon = location.find(':');
  std::string scheme(location.substr(0, colon == std::string_view::npos ? 0 : colon));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (scheme.empty() || scheme.find('/') != std::string::npos) return {"file:///", location};
  std::string_view rest = location.substr(colon + 1);
  std::string_view authority;
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    authority = rest.substr(0, rest.find('/'));
    rest.remove_prefix(authority.size());
  }
  if (scheme == "file") return {"file:///", rest};
  if (scheme == "s3a" || scheme == "s3n") scheme = "s3";
  std::string root = scheme + "://";
  root.append(authority);
  root += '/';
  return {std::move(root), rest};
}

std::vector<std::string> WithoutInner(std::vector<std::string> places) {
  std::sort(places.begin(), places.end());
  std::vector<std::string> outer;
  // What contains a place sorts before it, directly before all that it contains.
  for (std::string& place : places) {
    if (outer.empty() || !place.starts_with(outer.back())) outer.push_back(std::move(place));
  }
  return outer;
}

}  // namespace

std::string PlaceOf(std::string_view location) {
  auto [place, rest] = Split(location);
  while (!rest.empty()) {
    const std::string_view component = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(component.size() + 1, rest.size()));
    if (component.empty() || component == ".") continue;
    place.append(component);
    place += '/';
  }
  return std::move(place);
}

Status ValidatePlaces(const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (place.size() > kMaxPlaceBytes) {
      return Status::InvalidArgument("Invalid location: it is {} bytes long, more than {}", place.size(),
                                     kMaxPlaceBytes);
    }
    const bool has_control = std::any_of(place.begin(), place.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 || byte == 0x7F;
    });
    if (has_control || !IsUtf8(place))
      return Status::InvalidArgument("Invalid location: it holds a control character or is not valid UTF-8");
    if (place.find("/../") != std::string::npos)
      return Status::InvalidArgument("Invalid location '{}': it contains '..'", place);
  }
  return Status::Ok();
}

std::vector<std::string> PlacesOf(std::string_view location,
                                  const std::map<std::string, std::string>& properties) {
  std::vector<std::string> places{PlaceOf(location)};
  for (const std::string_view property : kPathProperties) {
    const auto found = properties.find(std::string(property));
    if (found != properties.end() && !found->second.empty()) places.push_back(PlaceOf(found->second));
  }
  return WithoutInner(std::move(places));
}

Result<std::vector<std::string>> PlacesOfMetadata(std::string_view metadata_json) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(metadata_json, error);
  if (error || !value.is_object()) return Status::InvalidArgument("metadata is not a JSON object");
  const auto text_of = [](const boost::json::object& object, std::string_view name) {
    const boost::json::value* found = object.if_contains(name);
    return std::string(found != nullptr && found->is_string() ? std::string_view(found->get_string()) : "");
  };
  const boost::json::object& metadata = value.get_object();
  const std::string location = text_of(metadata, "location");
  if (location.empty()) return std::vector<std::string>();
  std::map<std::string, std::string> paths;
  if (const boost::json::value* properties = metadata.if_contains("properties");
      properties != nullptr && properties->is_object()) {
    for (const std::string_view name : kPathProperties) {
      paths.emplace(name, text_of(properties->get_object(), name));
    }
  }
  return PlacesOf(location, paths);
}

bool LiesInPlaces(const std::vector<std::string>& places, std::string_view file_location) {
  const std::string file = PlaceOf(file_location);
  if (file.find("/../") != std::string::npos) return false;
  return std::any_of(places.begin(), places.end(), [&](const std::string& place) {
    return file.size() > place.size() && file.starts_with(place);
  });
}

std::vector<std::string_view> PlacesAtOrAbove(std::string_view place) {
  std::vector<std::string_view> places;
  const size_t scheme_end = place.find("://");
  if (scheme_end == std::string_view::npos) return places;
  for (size_t slash = place.find('/', scheme_end + 3); slash != std::string_view::npos;
       slash = place.find('/', slash + 1)) {
    places.push_back(place.substr(0, slash + 1));
  }
  return places;
}

std::string EndOfPlacesBelow(std::string_view place) {
  std::string end(place);
  end.back() = '/' + 1;
  return end;
}

}  // namespace lifeboat::catalog
