#include "features/eta_learning/speed_api.hpp"

#include <fmt/format.h>

#include <charconv>

#include "features/eta_learning/speed.hpp"
#include "features/eta_learning/speed_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

SpeedArea area_of(road::AreaTile tile) {
    const auto north_west = road::corner_of(tile), south_east = road::corner_of(tile + (1u << road::area_zoom) + 1);
    return {fmt::format("{}/{}/{}", road::area_zoom, road::tile_x(tile), road::tile_y(tile)), north_west.lon, south_east.lat, south_east.lon, north_west.lat};
}

SpeedAccuracy accuracy_of(const Foretold& sums) {
    SpeedAccuracy line;
    const auto n = static_cast<double>(std::max<std::int64_t>(1, sums.stretches));
    line.stretches = sums.stretches, line.driven_s = sums.driven_s;
    line.map = {sums.map_off_s / n, sums.map_bias_s / n, static_cast<double>(sums.map_close) / n};
    line.learned = {sums.learned_off_s / n, sums.learned_bias_s / n, static_cast<double>(sums.learned_close) / n};
    return line;
}

std::vector<SpeedAccuracy> grouped(const std::vector<ForetoldLine>& lines, AccuracyBy by) {
    std::map<std::tuple<std::string, road::AreaTile, int>, Foretold> groups;
    for (const auto& line : lines)
        groups[{by == AccuracyBy::profile ? line.profile : "", by == AccuracyBy::area ? line.tile : 0, by == AccuracyBy::hour ? line.hour_class : 0}].add(line.sums);
    std::vector<SpeedAccuracy> out;
    for (const auto& [key, sums] : groups) {
        auto line = accuracy_of(sums);
        if (by == AccuracyBy::profile) line.profile = std::get<0>(key);
        if (by == AccuracyBy::area) line.area = area_of(std::get<1>(key));
        if (by == AccuracyBy::hour) line.day = static_cast<DayClass>(std::get<2>(key) / 24), line.hour = std::get<2>(key) % 24;
        out.push_back(std::move(line));
    }
    return out;
}

Result<Reply<EtaLearning>> show_learning(store::Read& read, const Call& call, const AskEtaLearning& request) {
    const auto& service = call.service<LearnedSpeedsService>();
    const auto state = learning_state(read);
    EtaLearning shown;
    shown.applied = service.has_map && service.roads->applied;
    shown.time_zone = state.time_zone, shown.tracks = state.tracks, shown.pings = state.pings, shown.learned_at = state.learned_at;
    shown.cells = count_cells(read), shown.waiting = count_due_tracks(read);
    shown.accuracy = grouped(all_foretold(read), request.by);
    return shown;
}

std::string print_key(const CellKey& key) {
    return fmt::format("{}/{}/{}/{}", key.cell.tile, static_cast<int>(key.cell.road_class), static_cast<int>(key.cell.hour_class), key.profile);
}

std::optional<CellKey> parse_key(const std::string& text) {
    std::array<std::uint32_t, 3> numbers{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (auto& number : numbers) {
        const auto [next, fault] = std::from_chars(at, end, number);
        if (fault != std::errc{} || next == end || *next != '/') return std::nullopt;
        at = next + 1;
    }
    if (numbers[1] >= road::road_class_names.size() || numbers[2] >= road::hour_classes) return std::nullopt;
    return CellKey{std::string(at, end), {numbers[0], static_cast<road::RoadClass>(numbers[1]), static_cast<std::uint8_t>(numbers[2])}};
}

Result<Reply<Page<LearnedSpeed>>> list_speeds(store::Read& read, const Call& call, const ListLearnedSpeeds& request) {
    CellKey after;
    if (request.cursor) {
        const auto key = parse_key(request.cursor->key);
        if (!key) return refuse(reasons::bad_cursor, "The cursor is not one of this list.");
        after = *key;
    }
    const auto profile = request.profile ? std::optional<std::string>(*request.profile) : std::nullopt;
    auto keys = page_of(cells_after(read, profile, after, request.limit + 1), request.limit, [](const CellLine& line) { return print_key(line.key); });
    const auto known = call.service<LearnedSpeedsService>().roads->known(read);
    Page<LearnedSpeed> page;
    page.next_cursor = keys.next_cursor;
    for (const auto& [key, seen] : keys.data) {
        const auto* speeds = known.speeds ? known.speeds->profile(key.profile) : nullptr;
        page.data.push_back({key.profile, area_of(key.cell.tile), road::road_class_names[static_cast<std::size_t>(key.cell.road_class)],
                             static_cast<DayClass>(key.cell.hour_class / 24), key.cell.hour_class % 24, seen, speeds ? speeds->time_factor(key.cell) : 1});
    }
    return page;
}

}  // namespace

Endpoints eta_learning_endpoints() {
    return {
        reads("GET /v1/lastmile/eta/learning", "geo:read", show_learning,
              {.summary = "What own tracks have taught of travel times, and how well they were foretold",
               .tag = "ETA learning",
               .description = "Pings of assignments that are over are matched to the roads; driven times by the map's give factors by area, class of road and hour, which "
                              "routes, plans and ETAs use. Every stretch is foretold before it is learned from."}),
        reads("GET /v1/lastmile/eta/learning/speeds", "geo:read", list_speeds,
              {.summary = "List learned speeds", .tag = "ETA learning", .refuses = {reasons::bad_cursor}}),
    };
}

}  // namespace lastmile
