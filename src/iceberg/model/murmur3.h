// Murmur3 (x86, 32 bit, seed 0): the hash of Iceberg's bucket transform. Source: Iceberg table spec, Appendix
// B.
#ifndef LIFEBOAT_ICEBERG_MODEL_MURMUR3_H_
#define LIFEBOAT_ICEBERG_MODEL_MURMUR3_H_

#include <cstdint>
#include <string_view>

namespace lifeboat::iceberg {

int32_t Murmur3(std::string_view bytes);

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_MURMUR3_H_
