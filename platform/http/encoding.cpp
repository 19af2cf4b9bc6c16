#include "platform/http/encoding.hpp"

#include <brotli/decode.h>
#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "platform/http/text.hpp"

namespace lastmile::http {
namespace {

/// q of `;q=0.5` in thousandths; 1000 when absent or unreadable.
int quality(std::string_view parameters) {
    while (!parameters.empty()) {
        const auto part = next_part(parameters, ';');
        if (part.size() < 3 || lower(part[0]) != 'q' || part[1] != '=') continue;
        int value = part[2] == '1' ? 1000 : 0;
        if (part[2] == '0' && part.size() > 3 && part[3] == '.') {
            int scale = 100;
            for (const char c : part.substr(4, 3)) {
                if (c < '0' || c > '9') break;
                value += (c - '0') * scale;
                scale /= 10;
            }
        }
        return value;
    }
    return 1000;
}

std::string pack_gzip(std::string_view bytes) {
    z_stream z{};
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
    std::string out(deflateBound(&z, bytes.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::string pack_br(std::string_view bytes) {
    std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
    std::string out(size, '\0');
    // Quality 4: about gzip's speed at 6, smaller on JSON.
    if (!BrotliEncoderCompress(4, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                               reinterpret_cast<const std::uint8_t*>(bytes.data()), &size, reinterpret_cast<std::uint8_t*>(out.data())))
        throw std::bad_alloc();
    out.resize(size);
    return out;
}

/// Grows `out` by steps up to `limit` + 1, so that one byte too many shows.
bool grow(std::string& out, std::size_t used, std::size_t limit) {
    if (used > limit) return false;
    out.resize(std::min(limit + 1, std::max<std::size_t>(16 * 1024, used * 2)));
    return true;
}

Unpacked unpack_gzip(std::string_view bytes, std::size_t limit, std::string& out) {
    z_stream z{};
    if (inflateInit2(&z, 15 + 16) != Z_OK) throw std::bad_alloc();
    const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&z, inflateEnd);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    z.avail_in = static_cast<uInt>(bytes.size());
    std::size_t used = 0;
    for (;;) {
        if (used == out.size() && !grow(out, used, limit)) return Unpacked::too_large;
        const auto room = out.size() - used;
        z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        z.avail_out = static_cast<uInt>(room);
        const int outcome = inflate(&z, Z_NO_FLUSH);
        used += room - z.avail_out;
        if (outcome == Z_STREAM_END) {
            if (z.avail_in == 0) break;
            if (inflateReset(&z) != Z_OK) return Unpacked::malformed;  // RFC 1952: a file may have several members
        } else if (outcome != Z_OK || (z.avail_in == 0 && z.avail_out != 0)) {
            return Unpacked::malformed;
        }
    }
    if (used > limit) return Unpacked::too_large;
    out.resize(used);
    return Unpacked::ok;
}

Unpacked unpack_br(std::string_view bytes, std::size_t limit, std::string& out) {
    const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr),
                                                                                  BrotliDecoderDestroyInstance);
    if (!state) throw std::bad_alloc();
    auto* next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t avail_in = bytes.size(), used = 0;
    for (;;) {
        if (used == out.size() && !grow(out, used, limit)) return Unpacked::too_large;
        auto* next_out = reinterpret_cast<std::uint8_t*>(out.data() + used);
        std::size_t avail_out = out.size() - used;
        const auto outcome = BrotliDecoderDecompressStream(state.get(), &avail_in, &next_in, &avail_out, &next_out, nullptr);
        used = out.size() - avail_out;
        if (outcome == BROTLI_DECODER_RESULT_SUCCESS) break;
        if (outcome != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return Unpacked::malformed;
    }
    if (used > limit) return Unpacked::too_large;
    if (avail_in != 0) return Unpacked::malformed;
    out.resize(used);
    return Unpacked::ok;
}

}  // namespace

std::string_view coding_name(Coding coding) {
    switch (coding) {
        case Coding::gzip: return "gzip";
        case Coding::br: return "br";
        case Coding::identity: break;
    }
    return "identity";
}

std::optional<Coding> parse_coding(std::string_view name) {
    if (same_ignoring_case(name, "gzip") || same_ignoring_case(name, "x-gzip")) return Coding::gzip;
    if (same_ignoring_case(name, "br")) return Coding::br;
    if (same_ignoring_case(name, "identity") || name.empty()) return Coding::identity;
    return std::nullopt;
}

Coding choose_coding(std::string_view accept_encoding) {
    int gzip = -1, br = -1, any = 0;
    while (!accept_encoding.empty()) {
        auto item = next_part(accept_encoding, ',');
        const auto name = next_part(item, ';');
        const int q = quality(item);
        if (name == "*") any = q;
        if (same_ignoring_case(name, "gzip") || same_ignoring_case(name, "x-gzip")) gzip = q;
        if (same_ignoring_case(name, "br")) br = q;
    }
    if (gzip < 0) gzip = any;
    if (br < 0) br = any;
    if (br <= 0 && gzip <= 0) return Coding::identity;
    return br >= gzip ? Coding::br : Coding::gzip;
}

bool compressible(std::string_view content_type) {
    const auto type = next_part(content_type, ';');
    for (const std::string_view known : {"application/json", "application/problem+json", "application/geo+json", "application/x-ndjson",
                                         "application/xml", "application/javascript", "image/svg+xml", "application/manifest+json",
                                         "font/ttf", "application/merge-patch+json", "application/openapi+json", "application/wasm"})
        if (same_ignoring_case(type, known)) return true;
    return type.starts_with("text/") && type != "text/event-stream";
}

std::string pack(Coding coding, std::string_view bytes) {
    if (coding == Coding::gzip) return pack_gzip(bytes);
    if (coding == Coding::br) return pack_br(bytes);
    return std::string(bytes);
}

Unpacked unpack(Coding coding, std::string_view bytes, std::size_t limit, std::string& out) {
    out.clear();
    if (coding == Coding::gzip) return unpack_gzip(bytes, limit, out);
    if (coding == Coding::br) return unpack_br(bytes, limit, out);
    if (bytes.size() > limit) return Unpacked::too_large;
    out = bytes;
    return Unpacked::ok;
}

}  // namespace lastmile::http
