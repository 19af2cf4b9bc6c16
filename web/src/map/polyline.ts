/** Google's encoded polyline, any precision, as [lon, lat] pairs. What is cut off at the end is left out. */
export function decodePolyline(text: string, precision = 5): [number, number][] {
  const scale = 10 ** precision;
  const line: [number, number][] = [];
  let at = 0, lat = 0, lon = 0;
  const next = (): number | null => {
    let value = 0, shift = 1;
    for (;;) {
      if (at >= text.length) return null;
      const five = text.charCodeAt(at++) - 63;
      value += (five & 31) * shift;
      if (five < 32) break;
      shift *= 32;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  };
  for (;;) {
    const dLat = next();
    const dLon = dLat === null ? null : next();
    if (dLat === null || dLon === null) return line;
    lat += dLat;
    lon += dLon;
    line.push([lon / scale, lat / scale]);
  }
}
