import { mount } from 'svelte';
import '../look/look.css';
import Docs from './Docs.svelte';

mount(Docs, { target: document.getElementById('app') as HTMLElement });
