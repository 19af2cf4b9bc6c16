import { mount } from 'svelte';
import '../look/look.css';
import Track from './Track.svelte';

// The server has already written the essentials here for readers without JavaScript.
const target = document.getElementById('app') as HTMLElement;
target.replaceChildren();
mount(Track, { target });
