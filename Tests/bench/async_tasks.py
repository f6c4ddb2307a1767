"""Coroutines: tasks, queues, gather, async generators."""
import asyncio
import sys


async def producer(queue, n):
    for i in range(n):
        await queue.put(i)
    await queue.put(None)


async def consumer(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total


async def numbers(n):
    for i in range(n):
        yield i
        if i % 64 == 0:
            await asyncio.sleep(0)


async def leaf(i):
    await asyncio.sleep(0)
    return i


async def run(scale):
    queue = asyncio.Queue(16)
    _, total = await asyncio.gather(producer(queue, 6000 * scale),
                                    consumer(queue))
    total += sum([n async for n in numbers(20000 * scale) if n & 1])
    for _ in range(scale):
        total += sum(await asyncio.gather(*(leaf(i) for i in range(3000))))
    return total


if __name__ == "__main__":
    print(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
