#pragma once
// What the endpoints say of learned speeds.
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

enum class DayClass { workday, saturday, sunday };
LASTMILE_ENUM(DayClass, workday, saturday, sunday)
LASTMILE_DOC(DayClass, "Days that resemble each other: Monday to Friday, Saturdays, Sundays.")

/// A tile of the usual web maps at zoom 12.
struct SpeedArea {
    std::string tile;
    double west = 0, south = 0, east = 0, north = 0;
};
LASTMILE_VALUE(SpeedArea, (tile, west, south, east, north))
LASTMILE_DOC(SpeedArea, "An area: a tile of the usual web maps at zoom 12, some 6 km wide.", {"tile", "zoom/x/y", "12/2198/1323"}, {"west", "degrees"},
             {"south", "degrees"}, {"east", "degrees"}, {"north", "degrees"})

/// How well stretches were foretold.
struct ForetoldBy {
    double mae_s = 0;
    double bias_s = 0;
    double close_share = 0;
};
LASTMILE_VALUE(ForetoldBy, (mae_s, bias_s, close_share))
LASTMILE_DOC(ForetoldBy, "How well driven times were foretold.", {"mae_s", "mean of the absolute difference, seconds a stretch"},
             {"bias_s", "mean of driven less foretold: positive means driven slower than foretold"}, {"close_share", "share of stretches within a fifth of what was driven"})

struct SpeedAccuracy {
    std::optional<std::string> profile;
    std::optional<SpeedArea> area;
    std::optional<DayClass> day;
    std::optional<std::int64_t> hour;
    std::int64_t stretches = 0;
    double driven_s = 0;
    ForetoldBy map;
    ForetoldBy learned;
};
LASTMILE_VALUE(SpeedAccuracy, (profile, area, day, hour, stretches, driven_s, map, learned))
LASTMILE_DOC(SpeedAccuracy, "Driven stretches (between long stops) against what was foretold for them before they were learned from.",
             {"profile", "by profile: which one", "van"}, {"area", "by area: which one"}, {"day", "by hour: of which days"}, {"hour", "by hour: 0 to 23"},
             {"stretches", "how many"}, {"driven_s", "how long they took together"}, {"map", "foretold by the map's times alone"},
             {"learned", "foretold with what had been learned by then"})

struct EtaLearning {
    bool applied = false;
    std::string time_zone;
    std::int64_t tracks = 0;
    std::int64_t pings = 0;
    std::int64_t cells = 0;
    std::int64_t waiting = 0;
    std::optional<Instant> learned_at;
    std::vector<SpeedAccuracy> accuracy;
};
LASTMILE_VALUE(EtaLearning, (applied, time_zone, tracks, pings, cells, waiting, learned_at, accuracy))
LASTMILE_DOC(EtaLearning, "What this partition's tracks have taught of travel times.", {"applied", "whether routes, plans and ETAs use it"},
             {"time_zone", "the wall clock of its hours: that of the partition's oldest area, else UTC", "Europe/Berlin"},
             {"tracks", "assignments that were learned from"}, {"pings", "their pings"}, {"cells", "pairs of area, class of road and class of hour that something is known of"},
             {"waiting", "assignments that are over and not learned from yet"}, {"learned_at", "business time of the last pass that learned something"},
             {"accuracy", "how well travel times were foretold, in the grouping asked for"})

enum class AccuracyBy { all, profile, area, hour };
LASTMILE_ENUM(AccuracyBy, all, profile, area, hour)
LASTMILE_DOC(AccuracyBy, "How accuracy is grouped.")

struct AskEtaLearning {
    AccuracyBy by = AccuracyBy::all;
};
LASTMILE_VALUE(AskEtaLearning, (by))
LASTMILE_DEFAULTS(AskEtaLearning, (by))
LASTMILE_DOC(AskEtaLearning, "In which grouping.", {"by", "all: one line; profile, area or hour: a line each"})

struct LearnedSpeed {
    std::string profile;
    SpeedArea area;
    std::string road_class;
    DayClass day{};
    std::int64_t hour = 0;
    std::int64_t observations = 0;
    double time_factor = 1;
};
LASTMILE_VALUE(LearnedSpeed, (profile, area, road_class, day, hour, observations, time_factor))
LASTMILE_DOC(LearnedSpeed, "What is known of one kind of road in one area at one hour.", {"profile", "of the road map", "van"}, {"area", "where"},
             {"road_class", "as OpenStreetMap has it", "secondary"}, {"day", "of which days"}, {"hour", "0 to 23"}, {"observations", "how many were seen; the latest 64 count"},
             {"time_factor", "the map's driving times are multiplied with it: 1.3 is 30 % slower; always within 0.4 and 2.5"})

struct ListLearnedSpeeds {
    std::optional<Slug> profile;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListLearnedSpeeds, (profile, limit, cursor))
LASTMILE_DEFAULTS(ListLearnedSpeeds, (limit))
LASTMILE_DOC(ListLearnedSpeeds, "Which speeds, by profile, area, class of road and hour.", {"profile", "of one profile only", "van"}, {"limit", "how many on a page"},
             {"cursor", "next_cursor of the page before"})

}  // namespace lastmile
