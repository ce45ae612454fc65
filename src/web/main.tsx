import { render } from 'preact';
import { App } from './app.tsx';
import { followLinks } from './routes.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';

followLinks();
const place = document.getElementById('page');
if (place !== null) render(<App />, place);
