import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

type RootSampler = 'always_on' | 'always_off' | 'traceidratio';
/** As `OTEL_TRACES_SAMPLER` names them. */
export type SamplerName = RootSampler | `parentbased_${RootSampler}`;

const PARENT_BASED = 'parentbased_';

export const samplerOf = (name: SamplerName, ratio: number): Sampler =>
  name.startsWith(PARENT_BASED)
    ? new ParentBasedSampler({ root: rootSampler(name.slice(PARENT_BASED.length) as RootSampler, ratio) })
    : rootSampler(name as RootSampler, ratio);

function rootSampler(name: RootSampler, ratio: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
