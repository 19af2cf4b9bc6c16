// Light, dark, or what the system says. Kept per browser.
const system = matchMedia('(prefers-color-scheme: dark)');

class Theme {
  private chosen = $state<'light' | 'dark' | null>(read());
  private systemDark = $state(system.matches);

  constructor() {
    system.addEventListener('change', (event) => { this.systemDark = event.matches; });
    this.show();
  }

  get dark(): boolean {
    return this.chosen ? this.chosen === 'dark' : this.systemDark;
  }

  toggle(): void {
    this.chosen = this.dark ? 'light' : 'dark';
    localStorage.setItem('lastmile.theme', this.chosen);
    this.show();
  }

  private show(): void {
    if (this.chosen) document.documentElement.dataset.theme = this.chosen;
  }
}

function read(): 'light' | 'dark' | null {
  const kept = localStorage.getItem('lastmile.theme');
  return kept === 'light' || kept === 'dark' ? kept : null;
}

export const theme = new Theme();
