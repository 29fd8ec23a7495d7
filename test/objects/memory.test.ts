import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { objectStoreContract } from './contract.ts';

objectStoreContract(async () => createMemoryObjectStore());
