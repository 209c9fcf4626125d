import { enableProdMode, memory, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { alive } from './tensors-alive.ts';

enableProdMode();
if (!(await setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
alive.tensors = () => memory().numTensors;
