/** Day and night by themselves: bright where the sun is up in Korea, dark and calm otherwise. */
const DAY_FROM_H = 7;
const DAY_TO_H = 18;
const LOOK_EVERY_MS = 60_000;
const HOUR = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Seoul', hour: 'numeric', hourCycle: 'h23' });

/** @param {Date} at @returns {'day' | 'night'} */
export function themeAt(at) {
  const hour = Number(HOUR.format(at));
  return hour >= DAY_FROM_H && hour < DAY_TO_H ? 'day' : 'night';
}

/** @param {() => number | null} now_ms the server's time; the tablet's own where there is none */
export function follow(now_ms) {
  const set = () => {
    const theme = themeAt(new Date(now_ms() ?? Date.now()));
    document.documentElement.dataset.theme = theme;
    document.querySelector('meta[name=theme-color]').content = theme === 'day' ? '#f4f6f8' : '#0a0d11';
  };
  set();
  setInterval(set, LOOK_EVERY_MS);
}
