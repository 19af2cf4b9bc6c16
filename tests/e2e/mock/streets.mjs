// Streets for the mock: a map file read well enough to draw it and to drive on it. Without the file, a made-up grid.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import PbfReader from 'pbf';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const places = [path.join(root, 'examples/maps'), path.join(process.env.LASTMILE_DATA ?? path.join(root, '../shared/data'), 'maps')];

const blobs = function* (bytes) {
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const head = new PbfReader(bytes.subarray(at + 4, at + 4 + size)).readFields((tag, h, p) => { if (tag === 1) h.type = p.readString(); if (tag === 3) h.size = p.readVarint(); }, {});
    const blob = new PbfReader(bytes.subarray(at + 4 + size, at + 4 + size + head.size)).readFields((tag, b, p) => { if (tag === 1) b.raw = p.readBytes(); if (tag === 3) b.zlib = p.readBytes(); }, {});
    at += 4 + size + head.size;
    if (head.type === 'OSMData') yield blob.raw ?? inflateSync(blob.zlib);
  }
};

function readMap(file) {
  const nodes = new Map();
  const ways = [];
  for (const data of blobs(readFileSync(file))) {
    const groups = [];
    const block = new PbfReader(data).readFields((tag, b, p) => {
      if (tag === 1) b.strings = p.readMessage((t, s, q) => { if (t === 1) s.push(q.readString()); }, []);
      if (tag === 2) groups.push(p.readBytes());
      if (tag === 17) b.granularity = p.readVarint();
    }, { granularity: 100, strings: [] });
    const scale = block.granularity * 1e-9;
    for (const group of groups) {
      new PbfReader(group).readFields((tag, _, p) => {
        if (tag === 2) {
          const dense = p.readMessage((t, d, q) => { if (t === 1) d.id = q.readPackedSVarint(); if (t === 8) d.lat = q.readPackedSVarint(); if (t === 9) d.lon = q.readPackedSVarint(); }, {});
          let id = 0, lat = 0, lon = 0;
          for (let i = 0; i < dense.id.length; i++) nodes.set((id += dense.id[i]), [(lon += dense.lon[i]) * scale, (lat += dense.lat[i]) * scale]);
        }
        if (tag === 3) {
          const way = p.readMessage((t, w, q) => { if (t === 2) w.keys = q.readPackedVarint(); if (t === 3) w.values = q.readPackedVarint(); if (t === 8) w.refs = q.readPackedSVarint(); }, { keys: [], values: [], refs: [] });
          const tags = Object.fromEntries(way.keys.map((key, i) => [block.strings[key], block.strings[way.values[i]]]));
          if (!tags.highway) return;
          let ref = 0;
          ways.push({ class: tags.highway, name: tags.name, nodes: way.refs.map((d) => (ref += d)) });
        }
      }, null);
    }
  }
  return { nodes, ways };
}

function grid() {
  const nodes = new Map();
  const ways = [];
  const at = (x, y) => x * 100 + y;
  for (let x = 0; x < 40; x++) for (let y = 0; y < 40; y++) nodes.set(at(x, y), [13.2 + x * 0.003, 53.52 + y * 0.002]);
  for (let i = 0; i < 40; i++) {
    const kind = i % 10 === 0 ? 'secondary' : 'residential';
    ways.push({ class: kind, name: `Street ${i}`, nodes: Array.from({ length: 40 }, (_, j) => at(i, j)) });
    ways.push({ class: kind, name: `Avenue ${i}`, nodes: Array.from({ length: 40 }, (_, j) => at(j, i)) });
  }
  return { nodes, ways };
}

export function loadStreets() {
  const file = places.map((folder) => path.join(folder, 'neubrandenburg.osm.pbf')).find(existsSync);
  const { nodes, ways } = file ? readMap(file) : grid();
  const driven = /^(motorway|trunk|primary|secondary|tertiary|unclassified|residential|living_street)(_link)?$/;
  const edges = new Map();
  const metres = (a, b) => Math.hypot((b[0] - a[0]) * 66_100, (b[1] - a[1]) * 111_195);
  for (const way of ways) {
    way.line = way.nodes.map((id) => nodes.get(id)).filter(Boolean);
    if (!driven.test(way.class)) continue;
    for (let i = 1; i < way.nodes.length; i++) {
      const [a, b] = [way.nodes[i - 1], way.nodes[i]];
      if (!nodes.has(a) || !nodes.has(b)) continue;
      const length = metres(nodes.get(a), nodes.get(b));
      for (const [from, to] of [[a, b], [b, a]]) (edges.get(from) ?? edges.set(from, []).get(from)).push([to, length]);
    }
  }
  // The largest connected part, so that everybody can reach everybody.
  let main = [];
  const seen = new Set();
  for (const start of edges.keys()) {
    if (seen.has(start)) continue;
    const part = [start];
    seen.add(start);
    for (let i = 0; i < part.length; i++) for (const [to] of edges.get(part[i])) if (!seen.has(to)) { seen.add(to); part.push(to); }
    if (part.length > main.length) main = part;
  }
  return { nodes, ways, edges, main, metres };
}

/** The way between two nodes over the streets, as [lon, lat] pairs. */
export function drive(streets, from, to) {
  const { nodes, edges, metres } = streets;
  const goal = nodes.get(to);
  const best = new Map([[from, 0]]);
  const cameFrom = new Map();
  const open = [[metres(nodes.get(from), goal), from]];
  while (open.length) {
    let least = 0;
    for (let i = 1; i < open.length; i++) if (open[i][0] < open[least][0]) least = i;
    const [, here] = open.splice(least, 1)[0];
    if (here === to) break;
    for (const [next, length] of edges.get(here)) {
      const cost = best.get(here) + length;
      if (cost >= (best.get(next) ?? Infinity)) continue;
      best.set(next, cost);
      cameFrom.set(next, here);
      open.push([cost + metres(nodes.get(next), goal), next]);
    }
  }
  const line = [];
  for (let at = to; at !== undefined; at = cameFrom.get(at)) line.unshift(nodes.get(at));
  return line;
}
