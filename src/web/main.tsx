import { render } from 'preact';
import { App } from './app.tsx';
import { askForFirstView } from './chart/ask-ahead.ts';
import { followLinks } from './routes.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';

askForFirstView();
followLinks();
const place = document.getElementById('page');
if (place !== null) render(<App />, place);
