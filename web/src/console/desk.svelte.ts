// The console's one state: the world, the stream that keeps it true, what is chosen. Components read it and call its methods.
import { body, everyPage, makeApi, ofMap, Problem, type Api, type Delivery, type MapInfo } from '../api/client';
import { everything, readFilter, select, writeFilter, type Filter } from '../live/board';
import { Refresher } from '../live/refresher';
import type { Frame } from '../live/sse';
import { follow, type Link } from '../live/stream';
import { World, type Kpis, type OpsEvent, type Position } from '../live/world';

export type Tab = 'deliveries' | 'drivers' | 'exceptions';
export type Part = 'deliveries' | 'drivers' | 'hubs' | 'assignments' | 'exceptions';
export type Loading = 'loading' | 'ready' | Problem;

const topics = 'deliveries,assignments,exceptions,positions,alerts,drivers';
const keyName = 'lastmile.key';

export class Desk {
  readonly world = new World();
  api: Api | null = $state.raw(null);
  /** Moves when the world does; at most a few times a second. */
  revision = $state(0);
  parts = $state<Record<Part, Loading>>({ deliveries: 'loading', drivers: 'loading', hubs: 'loading', assignments: 'loading', exceptions: 'loading' });
  link = $state<Link>('connecting');
  linkSince = $state(new Date());
  /** Of a refused stream: the answer's status. */
  linkStatus = $state(0);
  lastHeard = $state(new Date());
  mapInfo: MapInfo | null | 'loading' = $state.raw('loading');
  filter = $state<Filter>({ ...everything });
  tab = $state<Tab>('deliveries');
  chosen = $state<string | null>(null);
  chosenDriver = $state<string | null>(null);
  signInFault: 'refused' | 'forbidden' | 'unreachable' | null = $state(null);

  rows: Delivery[] = $derived((this.revision, select(this.world, this.filter)));
  kpis: Kpis = $derived((this.revision, this.world.kpis()));

  /** The map listens here: positions must not pass through the pages' reactivity. */
  onPositions: (positions: Position[]) => void = () => undefined;

  private life: AbortController | null = null;
  private pending: ReturnType<typeof setTimeout> | null = null;
  private readonly deliveries = new Refresher((id) => this.readDelivery(id));
  private readonly assignments = new Refresher((id) => this.readAssignment(id));
  private readonly lists = new Refresher((part) => this.loadPart(part as Part), 2, 600);

  constructor() {
    this.readUrl();
    addEventListener('popstate', () => this.readUrl());
    const given = new URLSearchParams(location.hash.slice(1)).get('key');
    if (given) {
      // Out of the address bar at once: a key must not stay in the history.
      history.replaceState(null, '', location.pathname + location.search);
      void this.signIn(given);
    } else {
      const kept = sessionStorage.getItem(keyName);
      if (kept) void this.signIn(kept);
    }
  }

  async signIn(key: string): Promise<void> {
    this.signInFault = null;
    const api = makeApi(key.trim());
    try {
      await body(api.client.GET('/v1/lastmile/deliveries', { params: { query: { limit: 1 } } }));
    } catch (fault) {
      const status = fault instanceof Problem ? fault.status : 0;
      this.signInFault = status === 403 ? 'forbidden' : status >= 400 && status < 500 ? 'refused' : 'unreachable';
      if (this.signInFault === 'refused') sessionStorage.removeItem(keyName);
      return;
    }
    sessionStorage.setItem(keyName, key.trim());
    this.api = api;
    this.start();
  }

  signOut(): void {
    this.life?.abort();
    sessionStorage.removeItem(keyName);
    this.world.clear();
    this.chosen = this.chosenDriver = null;
    this.mapInfo = 'loading';
    this.api = null;
    this.touch();
  }

  private start(): void {
    const api = this.api as Api;
    this.life?.abort();
    this.life = new AbortController();
    // The stream first, then the lists: nothing that happens in between is lost, and reading twice does no harm.
    void follow(
      {
        url: `/v1/lastmile/streams/ops?topics=${topics}`,
        key: api.key,
        onFrame: (frame) => this.take(frame),
        onLink: (link, status) => { this.linkStatus = status ?? 0; if (link !== this.link) { this.link = link; this.linkSince = new Date(); } },
      },
      this.life.signal,
    );
    void this.loadMapInfo();
    this.reload();
    if (this.chosen) this.deliveries.ask(this.chosen);
  }

  /** Everything again: at the start, and when the stream could not be resumed. */
  reload(): void {
    for (const part of ['deliveries', 'drivers', 'hubs', 'assignments', 'exceptions'] as const) void this.loadPart(part);
  }

  private take(frame: Frame): void {
    this.lastHeard = new Date();
    if (frame.event === 'reset') return this.reload();
    let message: { type?: string; data?: unknown };
    try {
      message = JSON.parse(frame.data) as typeof message;
    } catch {
      return;
    }
    if (frame.event === 'positions' || message.type === 'positions') {
      this.onPositions(this.world.applyPositions((message.data ?? []) as Position[]));
      return;
    }
    if (!message.type) return;
    const doubt = this.world.apply(message as OpsEvent);
    if (doubt.delivery) this.deliveries.ask(doubt.delivery);
    if (doubt.assignment) this.assignments.ask(doubt.assignment);
    if (doubt.exceptions) this.lists.ask('exceptions');
    if (doubt.drivers) this.lists.ask('drivers');
    if (doubt.hubs) this.lists.ask('hubs');
    this.touch();
  }

  touch(): void {
    this.pending ??= setTimeout(() => { this.pending = null; this.revision++; }, 120);
  }

  async loadPart(part: Part): Promise<void> {
    const client = (this.api as Api).client;
    const first = this.parts[part] !== 'ready';
    if (first) this.parts[part] = 'loading';
    const fresh = new Set<string>();
    try {
      const page = (cursor: string | undefined) => ({ params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } });
      const seen = <T extends { id?: string | null }>(rows: T[], put: (row: T) => void) => {
        for (const row of rows) { put(row); if (row.id) fresh.add(row.id); }
        this.parts[part] = 'ready';
        this.touch();
      };
      const { world } = this;
      if (part === 'deliveries') await everyPage((c) => body(client.GET('/v1/lastmile/deliveries', page(c))), (rows) => seen(rows, (row) => world.putDelivery(row)));
      if (part === 'drivers') {
        await everyPage((c) => body(client.GET('/v1/lastmile/drivers', page(c))), (rows) => seen(rows, (row) => world.putDriver(row)));
        this.onPositions([...world.positions.values()]);
      }
      if (part === 'hubs') await everyPage((c) => body(client.GET('/v1/lastmile/hubs', page(c))), (rows) => seen(rows, (row) => world.hubs.set(row.id, row)));
      if (part === 'assignments') await everyPage((c) => body(client.GET('/v1/lastmile/assignments', page(c))), (rows) => seen(rows, (row) => world.putAssignment(row)));
      if (part === 'exceptions') await everyPage((c) => body(client.GET('/v1/lastmile/exceptions', page(c))), (rows) => seen(rows, (row) => world.exceptions.set(row.id, row)));
    } catch (fault) {
      // What is on the screen stays when only a refresh failed.
      if (first || this.parts[part] !== 'ready') this.parts[part] = fault instanceof Problem ? fault : new Problem(0, String(fault), 'fault', null);
      if (fault instanceof Problem && fault.status === 401) this.signInFault = 'refused', this.signOut();
    }
    this.touch();
  }

  private async loadMapInfo(): Promise<void> {
    try {
      this.mapInfo = await ofMap<MapInfo>('info');
    } catch {
      this.mapInfo = null;
    }
  }

  private async readDelivery(id: string): Promise<void> {
    if (!this.api) return;
    const record = await body(this.api.client.GET('/v1/lastmile/deliveries/{deliveryId}', { params: { path: { deliveryId: id } } }));
    this.world.putDelivery(record);
    this.touch();
  }

  private async readAssignment(id: string): Promise<void> {
    if (!this.api) return;
    this.world.putAssignment(await body(this.api.client.GET('/v1/lastmile/assignments/{assignmentId}', { params: { path: { assignmentId: id } } })));
    this.touch();
  }

  choose(id: string | null): void {
    if (id === this.chosen) return;
    this.chosen = id;
    if (id) {
      this.chosenDriver = null;
      if (this.api) this.deliveries.ask(id);
    }
    this.writeUrl(true);
  }

  chooseDriver(id: string | null): void {
    this.chosenDriver = id;
    if (id) this.chosen = null;
    this.writeUrl(false);
  }

  /** To the neighbour in the list; to the first when none is chosen. */
  step(by: 1 | -1): void {
    const at = this.rows.findIndex((row) => row.id === this.chosen);
    const next = this.rows[at < 0 ? (by > 0 ? 0 : this.rows.length - 1) : Math.min(this.rows.length - 1, Math.max(0, at + by))];
    if (next) this.choose(next.id);
  }

  setFilter(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change };
    this.writeUrl(false);
  }

  private readUrl(): void {
    this.filter = readFilter(location.search);
    const match = /^\/console\/deliveries\/([\w-]+)$/.exec(location.pathname);
    this.chosen = match?.[1] ?? null;
  }

  private writeUrl(isNewPlace: boolean): void {
    const query = writeFilter(this.filter, location.search);
    const path = this.chosen ? `/console/deliveries/${this.chosen}` : '/console';
    const url = path + (query ? `?${query}` : '');
    if (url === location.pathname + location.search) return;
    if (isNewPlace) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  }
}

export const desk = new Desk();
