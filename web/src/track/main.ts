import { mount } from 'svelte';
import '../look/look.css';
import Track from './Track.svelte';

mount(Track, { target: document.getElementById('app') as HTMLElement });
