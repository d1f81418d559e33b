// The three kinds of event of a plan, as functions of a row number.
#ifndef LIFEBOAT_ADVERTISING_EVENTS_H_
#define LIFEBOAT_ADVERTISING_EVENTS_H_

#include <cstdint>
#include <vector>

#include "lifeboat/advertising/dice.h"
#include "lifeboat/advertising/plan.h"

namespace lifeboat::app::advertising {

struct Impression {
  int64_t row = 0;
  int64_t micros = 0;
  uint8_t device = 0, region = 0, city = 0;
};

struct Click {
  int64_t row = 0;
  int64_t micros = 0;
  Impression impression;
};

// Draws the part of an impression that its clicks share; what `dice` draws next is the impression's own.
Impression DrawImpression(Dice& dice, const Plan& plan, const Campaign& campaign, int64_t row);

// The impressions of a block that are clicked, in order.
std::vector<int64_t> ClickedImpressions(const Plan& plan, const Block& block);
// The same for clicks that convert.
std::vector<int64_t> ConvertingClicks(const Plan& plan, const Block& block);

// Draws the part of a click that its conversion shares.
Click DrawClick(Dice& dice, const Plan& plan, const Campaign& campaign, int64_t row, int64_t impression_row);

}  // namespace lifeboat::app::advertising

#endif  // LIFEBOAT_ADVERTISING_EVENTS_H_
