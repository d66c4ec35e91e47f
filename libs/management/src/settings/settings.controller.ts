import { Controller, Inject, UseGuards } from '@nestjs/common';
import { CallerGuard } from '../access/caller.guard.js';
import { Serves } from '../openapi/serves.js';
import { type EffectiveSetting, PORT } from '../ports.js';
import { masked } from './mask.js';
import { listSettings } from './settings-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class SettingsController {
  constructor(@Inject(PORT.settings) private readonly settings: readonly EffectiveSetting[]) {}

  @Serves(listSettings)
  list() {
    return { items: this.settings.map(masked) };
  }
}
