#include "features/eta_learning/speed_store.hpp"

#include <cmath>

#include "platform/schema/schema.hpp"

namespace lastmile {
namespace {

std::string text_of(const std::vector<std::int16_t>& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : " ") + std::to_string(value);
    return text;
}

std::vector<std::int16_t> values_of(const std::string& text) {
    std::vector<std::int16_t> values;
    for (const char* at = text.c_str(); *at;) {
        char* end = nullptr;
        values.push_back(static_cast<std::int16_t>(std::strtol(at, &end, 10)));
        if (end == at) break;
        at = end;
    }
    return values;
}

road::SpeedCell cell_of(const store::Row& row, std::size_t first) {
    return {static_cast<road::AreaTile>(row[first].integer()), static_cast<road::RoadClass>(row[first + 1].integer()), static_cast<std::uint8_t>(row[first + 2].integer())};
}

std::int64_t class_of(const road::SpeedCell& cell) { return static_cast<std::int64_t>(cell.road_class); }

}  // namespace

LearningState learning_state(store::Read& read) {
    const auto rows = read.query("select revision, time_zone, tracks, pings, learned_at from learned_state where partition = $1");
    if (rows.empty()) return {};
    return {rows[0][0].integer(), rows[0][1].text(), rows[0][2].integer(), rows[0][3].integer(), rows[0][4].instant()};
}

void save(store::Writer& writer, const LearningState& state) {
    const store::Args args{state.revision, state.time_zone, state.tracks, state.pings, state.learned_at.value_or(Instant{})};
    if (state.revision == 1)
        writer.write(1, "insert into learned_state (partition, revision, time_zone, tracks, pings, learned_at) values ($1, $2, $3, $4, $5, $6)", args);
    else
        writer.write(1, "update learned_state set revision = $2, time_zone = $3, tracks = $4, pings = $5, learned_at = $6 where partition = $1 and revision = $2 - 1", args);
}

void begin_track(store::Writer& writer, Id<Assignment> assignment, Id<Driver> driver, Instant since) {
    writer.write_any("insert into learned_tracks (partition, assignment_id, driver_id, since, until) values ($1, $2, $3, $4, null) "
                     "on conflict (partition, assignment_id) do nothing",
                     {assignment, driver, since});
}

void end_track(store::Writer& writer, Id<Assignment> assignment, Instant until) {
    writer.write_any("update learned_tracks set until = $3 where partition = $1 and assignment_id = $2 and until is null", {assignment, until});
}

std::vector<DueTrack> due_tracks(store::Read& read, int limit) {
    std::vector<DueTrack> due;
    for (const auto& row : read.query("select assignment_id, driver_id, since, until from learned_tracks where partition = $1 and until is not null "
                                      "order by until, assignment_id limit $2",
                                      {limit}))
        due.push_back({row[0].id<Assignment>(), row[1].id<Driver>(), row[2].instant(), row[3].instant()});
    return due;
}

std::int64_t count_due_tracks(store::Read& read) {
    return read.query("select count(*) from learned_tracks where partition = $1 and until is not null")[0][0].integer();
}

void drop_track(store::Writer& writer, Id<Assignment> assignment) {
    writer.write_any("delete from learned_tracks where partition = $1 and assignment_id = $2", {assignment});
}

void drop_tracks_begun_before(store::Writer& writer, Instant before) {
    writer.write_any("delete from learned_tracks where partition = $1 and since < $2 and until is null", {before});
}

Instant learned_until(store::Read& read, Id<Driver> driver) {
    const auto rows = read.query("select until from learned_drivers where partition = $1 and driver_id = $2", {driver});
    return rows.empty() ? Instant{} : rows[0][0].instant();
}

void save_learned_until(store::Writer& writer, Id<Driver> driver, Instant until) {
    writer.write_any("insert into learned_drivers (partition, driver_id, until) values ($1, $2, $3) on conflict (partition, driver_id) do update "
                     "set until = excluded.until where learned_drivers.until < excluded.until",
                     {driver, until});
}

road::SpeedSamples samples_of(store::Read& read, const std::string& profile, const road::SpeedCell& cell) {
    const auto rows = read.query("select samples, seen from learned_cells where partition = $1 and profile = $2 and tile = $3 and road_class = $4 and hour_class = $5",
                                 {profile, cell.tile, class_of(cell), cell.hour_class});
    return rows.empty() ? road::SpeedSamples{} : road::SpeedSamples::of(values_of(rows[0][0].text()), rows[0][1].integer());
}

void save_samples(store::Writer& writer, const std::string& profile, const road::SpeedCell& cell, const road::SpeedSamples& samples, Instant now) {
    writer.write_any("insert into learned_cells (partition, profile, tile, road_class, hour_class, samples, seen, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8) "
                     "on conflict (partition, profile, tile, road_class, hour_class) do update set samples = excluded.samples, seen = excluded.seen, "
                     "updated_at = excluded.updated_at",
                     {profile, cell.tile, class_of(cell), cell.hour_class, text_of(samples.values()), samples.seen(), now});
}

std::map<std::string, road::SpeedObservations> all_samples(store::Read& read) {
    std::map<std::string, road::SpeedObservations> all;
    for (const auto& row : read.query("select profile, tile, road_class, hour_class, samples, seen from learned_cells where partition = $1 order by updated_at desc limit $2",
                                      {most_cells}))
        all[row[0].text()][cell_of(row, 1)] = road::SpeedSamples::of(values_of(row[4].text()), row[5].integer());
    return all;
}

std::int64_t count_cells(store::Read& read) { return read.query("select count(*) from learned_cells where partition = $1")[0][0].integer(); }

std::vector<CellLine> cells_after(store::Read& read, const std::optional<std::string>& profile, const CellKey& after, std::int64_t count) {
    std::vector<CellLine> lines;
    const store::Args args{after.profile, after.cell.tile, class_of(after.cell), std::int64_t{after.cell.hour_class}, count, profile.value_or("")};
    for (const auto& row : read.query("select profile, tile, road_class, hour_class, seen from learned_cells where partition = $1 and "
                                      "(profile, tile, road_class, hour_class) > ($2, $3, $4, $5) and ($7 = '' or profile = $7) "
                                      "order by profile, tile, road_class, hour_class limit $6",
                                      args))
        lines.push_back({{row[0].text(), cell_of(row, 1)}, row[4].integer()});
    return lines;
}

void Foretold::add(const road::ForetoldStretch& stretch) {
    const auto close = [&](double foretold) { return std::abs(foretold - stretch.driven_s) <= 0.2 * stretch.driven_s; };
    ++stretches, driven_s += stretch.driven_s;
    map_off_s += std::abs(stretch.driven_s - stretch.map_s), map_bias_s += stretch.driven_s - stretch.map_s, map_close += close(stretch.map_s);
    learned_off_s += std::abs(stretch.driven_s - stretch.learned_s), learned_bias_s += stretch.driven_s - stretch.learned_s, learned_close += close(stretch.learned_s);
}

void Foretold::add(const Foretold& other) {
    stretches += other.stretches, driven_s += other.driven_s;
    map_off_s += other.map_off_s, map_bias_s += other.map_bias_s, map_close += other.map_close;
    learned_off_s += other.learned_off_s, learned_bias_s += other.learned_bias_s, learned_close += other.learned_close;
}

void add_foretold(store::Writer& writer, const ForetoldLine& line) {
    const auto& s = line.sums;
    writer.write_any("insert into learned_foretold (partition, profile, tile, hour_class, stretches, driven_s, map_off_s, map_bias_s, map_close, learned_off_s, learned_bias_s, "
                     "learned_close) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (partition, profile, tile, hour_class) do update set "
                     "stretches = learned_foretold.stretches + excluded.stretches, driven_s = learned_foretold.driven_s + excluded.driven_s, "
                     "map_off_s = learned_foretold.map_off_s + excluded.map_off_s, map_bias_s = learned_foretold.map_bias_s + excluded.map_bias_s, "
                     "map_close = learned_foretold.map_close + excluded.map_close, learned_off_s = learned_foretold.learned_off_s + excluded.learned_off_s, "
                     "learned_bias_s = learned_foretold.learned_bias_s + excluded.learned_bias_s, learned_close = learned_foretold.learned_close + excluded.learned_close",
                     {line.profile, line.tile, line.hour_class, s.stretches, s.driven_s, s.map_off_s, s.map_bias_s, s.map_close, s.learned_off_s, s.learned_bias_s,
                      s.learned_close});
}

std::vector<ForetoldLine> all_foretold(store::Read& read) {
    std::vector<ForetoldLine> lines;
    for (const auto& row : read.query("select profile, tile, hour_class, stretches, driven_s, map_off_s, map_bias_s, map_close, learned_off_s, learned_bias_s, learned_close "
                                      "from learned_foretold where partition = $1 order by profile, tile, hour_class limit 20000")) {
        ForetoldLine line{row[0].text(), static_cast<road::AreaTile>(row[1].integer()), static_cast<std::uint8_t>(row[2].integer()), {}};
        auto& s = line.sums;
        s.stretches = row[3].integer(), s.driven_s = row[4].real(), s.map_off_s = row[5].real(), s.map_bias_s = row[6].real(), s.map_close = row[7].integer();
        s.learned_off_s = row[8].real(), s.learned_bias_s = row[9].real(), s.learned_close = row[10].integer();
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace lastmile
