/** Steering the camera that is watched: offered on its picture, done in a panel beside it, and given back when that panel is left. */
import { Steering } from '/sdk/steering.js';
import { SteeringPanel } from '/sdk/steering_panel.js';
import { $ } from '/page.js';
import * as words from '/words.js';

export class Steer {
  /** @param {import('/sdk/client.js').Client} client @param {(panel: string) => void} open a panel beside the picture */
  constructor(client, open) {
    this.#client = client;
    this.#open = open;
    this.#panel = new SteeringPanel($('steer'), {
      text: words.text,
      wrong: (error) => words.refused(error).join('. '),
      now_ms: () => client.clock.now() ?? Date.now(),
    });
    $('turn').addEventListener('click', () => {
      open('steer');
      this.#panel.ask();
    });
  }

  #client;
  #open;
  #panel;

  /** What is watched may be steered for that incident; null: it may not. @param {string | null} camera_id @param {string | null} incident_id */
  watch(camera_id, incident_id) {
    $('turn').hidden = !incident_id;
    this.#panel.watch(incident_id ? new Steering(this.#client, { camera_id, incident_id }) : null);
    this.leave();
  }

  /** Another panel is looked at. @param {string} panel */
  look(panel) {
    if (panel !== 'steer') this.#panel.letGo();
  }

  /** Nobody steers from here now: the driver, or a camera that is gone. */
  leave() {
    if (!$('steer').hidden) this.#open('cameras');
  }
}
