use crate::harness::{Paper, at, on_both};
use newsroom::articles::StoryNumber;
use store::{CardRow, Cards, Choice, Neighbours};

on_both!(
    cards_are_read_by_list_and_by_section_and_time,
    lists_are_kept_in_parts,
    a_generation_takes_the_place_of_the_one_before,
);

fn card(number: u32, list: u16, section: &str, published: Option<i64>) -> CardRow {
    CardRow {
        number: StoryNumber(number),
        list,
        section: section.into(),
        published_at: published.map(at),
        card: vec![1, 0, 255, u8::try_from(number).unwrap()],
    }
}

fn numbers(cards: &[CardRow]) -> Vec<u32> {
    cards.iter().map(|card| card.number.0).collect()
}

async fn cards_are_read_by_list_and_by_section_and_time(paper: Paper) {
    let store = &paper.store;
    assert_eq!(store.related_generation().await.unwrap(), None);
    let generation = store.begin_generation(&[7, 0, 9], 5).await.unwrap();
    let standing = store.related_generation().await.unwrap().unwrap();
    assert_eq!((standing.generation, standing.stories, standing.chosen), (generation, 5, false));
    assert_eq!(store.related_model(generation).await.unwrap(), Some(vec![7, 0, 9]));
    let cards = [
        card(1, 0, "harbour", Some(100)),
        card(2, 1, "harbour", Some(200)),
        card(3, 0, "harbour", None),
        card(4, 0, "letters", Some(50)),
        card(5, 1, "harbour", Some(200)),
    ];
    let further = store::Generation { version: 9, after: StoryNumber(5), ..standing };
    store.keep_cards(&further, &cards, &[]).await.unwrap();
    assert_eq!(store.related_generation().await.unwrap(), Some(further));
    let read = |which| store.cards(generation, which, 10);
    assert_eq!(read(Cards::Of(0)).await.unwrap(), [cards[0].clone(), cards[2].clone(), cards[3].clone()]);
    assert_eq!(numbers(&read(Cards::Before(&cards[1])).await.unwrap()), [2, 1, 3], "an undated one is before all");
    assert_eq!(numbers(&read(Cards::After(&cards[0])).await.unwrap()), [2, 5]);
    assert_eq!(numbers(&read(Cards::InOrder(None)).await.unwrap()), [3, 1, 2, 5, 4]);
    assert_eq!(numbers(&read(Cards::InOrder(Some(&cards[4]))).await.unwrap()), [4]);
    // a changed story stands in one list only, a gone one in none
    store.keep_cards(&further, &[card(1, 1, "letters", Some(100))], &[StoryNumber(4)]).await.unwrap();
    assert_eq!(numbers(&read(Cards::Of(0)).await.unwrap()), [3]);
    assert_eq!(numbers(&read(Cards::Of(1)).await.unwrap()), [1, 2, 5]);
}

async fn lists_are_kept_in_parts(paper: Paper) {
    let store = &paper.store;
    let [one, two, three] = [1, 2, 3].map(StoryNumber);
    assert_eq!(store.neighbours(one).await.unwrap(), Neighbours::default());
    let also = Choice { number: one, also_read: Some(vec![three, two]), more_from_section: None };
    store.keep_choices(&[also]).await.unwrap();
    let more = Choice { number: one, also_read: None, more_from_section: Some(vec![two]) };
    store.keep_choices(&[more]).await.unwrap();
    let kept = Neighbours { also_read: vec![three, two], more_from_section: vec![two] };
    assert_eq!(store.neighbours(one).await.unwrap(), kept);
    assert_eq!(store.neighbours_after(StoryNumber(0), 5).await.unwrap(), [(one, kept)]);
    let generation = store.begin_generation(&[1], 1).await.unwrap();
    let standing = store.related_generation().await.unwrap().unwrap();
    assert_eq!(standing.generation, generation);
    store.keep_cards(&standing, &[], &[one]).await.unwrap();
    assert_eq!(store.neighbours(one).await.unwrap(), Neighbours::default(), "a gone story has no lists");
}

async fn a_generation_takes_the_place_of_the_one_before(paper: Paper) {
    let store = &paper.store;
    let first = store.begin_generation(&[1], 1).await.unwrap();
    let standing = store.related_generation().await.unwrap().unwrap();
    store.keep_cards(&standing, &[card(1, 0, "harbour", None)], &[]).await.unwrap();
    store.finish_generation(first).await.unwrap();
    assert!(store.related_generation().await.unwrap().unwrap().chosen);
    let second = store.begin_generation(&[2], 2).await.unwrap();
    assert!(second > first);
    assert_eq!(
        store.cards(first, Cards::Of(0), 9).await.unwrap().len(),
        1,
        "the old one serves until the new one is done"
    );
    store.finish_generation(second).await.unwrap();
    assert!(store.cards(first, Cards::Of(0), 9).await.unwrap().is_empty());
    assert_eq!(store.related_model(first).await.unwrap(), None);
    store.reopen_generation(second).await.unwrap();
    assert!(!store.related_generation().await.unwrap().unwrap().chosen);
}
