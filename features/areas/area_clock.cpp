#include "features/areas/area_clock.hpp"

#include "features/areas/area.hpp"

namespace lastmile {

std::optional<std::string> time_zone_of(store::Read& read) {
    const auto rows = read.query("select record from areas where partition = $1 order by id limit 1", {});
    if (rows.empty()) return std::nullopt;
    return std::string(schema::from_stored<Area>(rows[0][0].text()).time_zone);
}

}  // namespace lastmile
