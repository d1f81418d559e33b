// The words of the advertising data: what its enumerated columns may hold.
#ifndef LIFEBOAT_ADVERTISING_VOCABULARY_H_
#define LIFEBOAT_ADVERTISING_VOCABULARY_H_

#include <cstddef>
#include <string_view>

namespace lifeboat::app::advertising {

inline constexpr std::string_view kChannels[] = {"display", "search", "social",   "video",
                                                 "native",  "email",  "affiliate"};
inline constexpr std::string_view kAdFormats[] = {"banner",        "interstitial", "video_preroll",
                                                  "video_midroll", "native_feed",  "carousel"};
inline constexpr std::string_view kDevices[] = {"desktop", "mobile", "tablet", "connected_tv", "other"};
inline constexpr std::string_view kBrowsers[] = {"Chrome", "Safari", "Firefox", "Edge", "Other"};
inline constexpr std::string_view kSystems[] = {"Windows", "macOS", "iOS", "Android", "Linux", "Other"};
inline constexpr std::string_view kAdPositions[] = {"above_fold", "below_fold", "sidebar", "in_feed"};
inline constexpr std::string_view kConversionTypes[] = {"purchase", "signup", "download", "subscription",
                                                        "lead_form"};
inline constexpr std::string_view kProductCategories[] = {"electronics", "apparel", "home", "travel",
                                                          "services"};
inline constexpr std::string_view kAttributionModels[] = {"last_click", "first_click", "linear",
                                                          "time_decay"};
inline constexpr std::string_view kLandingPages[] = {"/", "/offers", "/products", "/sign-up", "/learn-more"};
inline constexpr std::string_view kReferrers[] = {
    "https://search.example/results", "https://news.example/", "https://social.example/feed",
    "https://video.example/watch", "https://mail.example/inbox"};
inline constexpr std::string_view kCampaignThemes[] = {
    "Spring Launch", "Summer Sale",   "Brand Awareness", "Back to School", "Holiday",
    "Retargeting",   "New Customers", "Loyalty",         "Flash Sale",     "Product Launch"};

enum CampaignStatus : unsigned char { kActive, kPaused, kCompleted, kDraft };
inline constexpr std::string_view kStatuses[] = {"active", "paused", "completed", "draft"};

struct Advertiser {
  std::string_view name, industry, domain;
};
inline constexpr Advertiser kAdvertisers[] = {
    {"Northwind Outfitters", "retail", "northwind.example"},
    {"Blue Harbor Bank", "finance", "blueharbor.example"},
    {"Cascade Motors", "automotive", "cascade.example"},
    {"Lumen Health", "healthcare", "lumen.example"},
    {"Skylark Travel", "travel", "skylark.example"},
    {"Pixelforge Games", "gaming", "pixelforge.example"},
    {"Verdant Foods", "food", "verdant.example"},
    {"Orbit Telecom", "telecom", "orbit.example"},
    {"Summit Learning", "education", "summit.example"},
    {"Quarry Software", "technology", "quarry.example"},
};

struct City {
  std::string_view country, name;
};
inline constexpr size_t kCitiesPerRegion = 4;
struct Region {
  std::string_view name;
  City cities[kCitiesPerRegion];
};
inline constexpr Region kRegions[] = {
    {"US-EAST", {{"US", "New York"}, {"US", "Boston"}, {"US", "Atlanta"}, {"US", "Miami"}}},
    {"US-WEST", {{"US", "Los Angeles"}, {"US", "San Francisco"}, {"US", "Seattle"}, {"US", "Portland"}}},
    {"US-CENTRAL", {{"US", "Chicago"}, {"US", "Dallas"}, {"US", "Denver"}, {"US", "Minneapolis"}}},
    {"CANADA", {{"CA", "Toronto"}, {"CA", "Montreal"}, {"CA", "Vancouver"}, {"CA", "Calgary"}}},
    {"UK", {{"GB", "London"}, {"GB", "Manchester"}, {"GB", "Edinburgh"}, {"GB", "Bristol"}}},
    {"EU-WEST", {{"FR", "Paris"}, {"ES", "Madrid"}, {"NL", "Amsterdam"}, {"IE", "Dublin"}}},
    {"EU-CENTRAL", {{"DE", "Berlin"}, {"DE", "Munich"}, {"PL", "Warsaw"}, {"AT", "Vienna"}}},
    {"APAC", {{"JP", "Tokyo"}, {"SG", "Singapore"}, {"AU", "Sydney"}, {"IN", "Mumbai"}}},
};

inline constexpr unsigned kPublishers = 500;
inline constexpr unsigned kPlacements = 2'000;

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_VOCABULARY_H_
