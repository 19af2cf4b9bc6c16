// What routes are drawn with, read by a decoder that shares nothing with the server's.

/** Google's polyline of precision 5, as [lat, lon]. */
export function polyline(text) {
  const out = [];
  let at = 0, lat = 0, lon = 0;
  const number = () => {
    let value = 0, shift = 0, byte;
    do { byte = text.charCodeAt(at++) - 63; value |= (byte & 31) << shift; shift += 5; } while (byte >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) { lat += number(); lon += number(); out.push([lat / 1e5, lon / 1e5]); }
  return out;
}
