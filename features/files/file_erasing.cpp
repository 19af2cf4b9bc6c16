#include "features/files/file_erasing.hpp"

#include <boost/json.hpp>

#include "platform/schema/schema.hpp"

namespace lastmile {
namespace {

constexpr std::string_view type = "files.erase";
constexpr std::size_t in_one_job = 200;
constexpr int attempts = 200;  // an hour apart in the end: about eight days

}  // namespace

void erase_files_later(store::Tx& tx, const std::vector<std::string>& keys) {
    for (std::size_t from = 0; from < keys.size(); from += in_one_job) {
        work::Job job{.id = tx.new_id<work::Job>(), .partition = tx.partition(), .type = std::string(type)};
        boost::json::array some;
        for (auto i = from; i < std::min(keys.size(), from + in_one_job); ++i) some.emplace_back(keys[i]);
        job.input = schema::to_text(boost::json::object{{"keys", std::move(some)}});
        work::enqueue(tx, job);
    }
}

work::JobKind file_erasing(blobs::BlobStore& files) {
    return {std::string(type),
            [&files](work::JobRun& run) {
                const auto input = schema::parse_json(run.job().input).value();
                for (const auto& key : input.at("keys").as_array()) files.remove(std::string_view(key.as_string())).value();
                return std::string("{}");
            },
            attempts};
}

}  // namespace lastmile
