import { createMemoryEmbeddingStore } from '../../shared/catalog/memory-embedding-store.ts';
import { createMemoryItemStore } from '../../shared/catalog/memory-item-store.ts';
import { createMemoryMatchStore } from '../../shared/catalog/memory-match-store.ts';
import { createMemoryPictureStore } from '../../shared/catalog/memory-picture-store.ts';
import { createMemoryRunStore } from '../../shared/catalog/memory-run-store.ts';
import { embeddingStoreContract } from './embedding-store.contract.ts';
import { itemStoreContract } from './item-store.contract.ts';
import { matchStoreContract } from './match-store.contract.ts';
import { pictureStoreContract } from './picture-store.contract.ts';
import { runStoreContract } from './run-store.contract.ts';

itemStoreContract(async (clock) => createMemoryItemStore({ clock }));
pictureStoreContract(async () => createMemoryPictureStore());
embeddingStoreContract(async (clock) => createMemoryEmbeddingStore({ clock }));
matchStoreContract(async (clock) => createMemoryMatchStore({ clock }));
runStoreContract(async (clock) => createMemoryRunStore({ clock }));
