// One delivery as its recipient may see it, kept true by the delivery's own stream or, where there is none, whenever the page is looked at again.
import { body, makeApi, Problem, type Tracking } from '../api/client';
import { follow } from '../live/stream';

export class Parcel {
  readonly number = decodeURIComponent(location.pathname.split('/')[2] ?? '');
  readonly token = new URLSearchParams(location.search).get('token') ?? undefined;
  view = $state.raw<Tracking | null>(null);
  problem = $state.raw<Problem | null>(null);
  loading = $state(true);
  live = $state(false);
  readAt = $state(new Date());

  private readonly api = makeApi(null);
  private postcode = sessionStorage.getItem(`lastmile.postcode.${this.number}`) ?? undefined;
  private streaming = false;
  private soon: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    if (!this.number && !this.token) {
      this.loading = false;
      return;
    }
    void this.read();
    // The driver moves without events: while somebody looks, the public view is read now and then.
    setInterval(() => { if (document.visibilityState === 'visible' && this.view && !this.over) void this.read(); }, 10_000);
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') void this.read(); });
  }

  private get over(): boolean { return ['delivered', 'cancelled', 'returned'].includes(this.view?.status ?? ''); }

  tryPostcode(postcode: string): void {
    this.postcode = postcode.trim();
    sessionStorage.setItem(`lastmile.postcode.${this.number}`, this.postcode);
    void this.read();
  }

  async read(): Promise<void> {
    this.loading = this.view === null;
    try {
      // A link carries a token and no number.
      const query = this.number ? { tracking_number: this.number, ...(this.postcode ? { postal_code: this.postcode } : {}) } : { token: this.token };
      this.view = await body(this.api.client.GET('/v1/lastmile/public/track', { params: { query } }));
      this.problem = null;
      this.readAt = new Date();
      this.stream();
    } catch (fault) {
      if (fault instanceof Problem && (fault.status !== 0 || !this.view)) this.problem = fault;
    }
    this.loading = false;
  }

  /** A stream needs a token; an event only says that there is news, the visible part is read from the public view. */
  private stream(): void {
    const token = this.token ?? this.view?.stream_token;
    const id = this.view?.delivery_id;
    if (this.streaming || !token || !id) return;
    this.streaming = true;
    void follow(
      {
        url: `/v1/lastmile/streams/deliveries/${id}?token=${encodeURIComponent(token)}`,
        key: null,
        onFrame: () => { this.soon ??= setTimeout(() => { this.soon = null; void this.read(); }, 400); },
        // A refused stream has outlived its token: the next look brings a new one.
        onLink: (link) => { this.live = link === 'live'; if (link === 'refused') this.streaming = false; },
      },
      new AbortController().signal,
    );
  }
}
